import { Readable } from 'node:stream';
import { useServices } from '@tork/testing';
import { execute } from '../execute';

const services = useServices('postgres');

async function tork(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const lines: { out: string[]; err: string[] } = { out: [], err: [] };
  const code = await execute(args, {
    env: { TORK_CLI_BANNER_MODE: 'off', TORK_DATASTORE_POSTGRES_DSN: services.postgres.url },
    cwd: '/',
    home: '/',
    out: (line) => void lines.out.push(line),
    err: (line) => void lines.err.push(line),
    input: Readable.from([]),
  });
  return { code, out: lines.out.join('\n'), err: lines.err.join('\n') };
}

beforeAll(async () => {
  await tork('migration');
  await services.postgres.sql(`INSERT INTO users (id, username, name, created_at) VALUES ('1', 'ada', 'Ada', now())`);
});

describe('tork token create', () => {
  it('prints the token, and keeps a hash of it', async () => {
    const { code, err, out } = await tork('token', 'create', '--name', 'ci', '--scope', 'submit');

    expect(code).toBe(0);
    expect(out).toMatch(/^tork_[A-Za-z0-9_-]{43}$/);
    expect(err).toBe('token ci, scope submit, does not expire. Keep it: it is not shown again.');
    const [row] = await services.postgres.sql(`SELECT prefix, hash, row_to_json(t)::text AS all FROM api_tokens t`);
    expect(row).toMatchObject({ prefix: out.slice(0, 11), hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(row!.all).not.toContain(out.slice(12));
  });

  it('takes a user and an expiry', async () => {
    const options = ['--name', 'nightly', '--scope', 'read', '--user', 'ada', '--expires', '30d'];
    const { code, err } = await tork('token', 'create', ...options);

    expect(code).toBe(0);
    expect(err).toMatch(/^token nightly of ada, scope read, expires \d{4}-\d\d-\d\dT\d\d:\d\dZ\./);
    const [row] = await services.postgres.sql(
      `SELECT round(extract(epoch FROM expires_at - created_at) / 3600)::int AS hours FROM api_tokens WHERE name = 'nightly'`,
    );
    expect(row).toEqual({ hours: 720 });
  });

  it.each([
    [['--name', 'ci', '--scope', 'read'], 'a token named ci exists'],
    [['--name', ' ', '--scope', 'read'], 'the name of a token must have 1 to 256 characters, found 0'],
    [['--name', 'x', '--scope', 'root'], 'the scope of a token must be one of read, submit, admin, found root'],
    [['--name', 'x', '--scope', 'read', '--user', 'nobody'], 'user nobody not found'],
    [['--name', 'x', '--scope', 'read', '--user', 'guest'], 'user guest is disabled'],
    [
      ['--name', 'x', '--scope', 'read', '--expires', 'soon'],
      '--expires: expected a time such as 30d or 12h, found soon',
    ],
    [['--name', 'x', '--scope', 'read', '--expires', '0d'], '--expires: expected a time such as 30d or 12h, found 0d'],
    [
      ['--name', 'x', '--scope', 'read', '--expires', '-1h'],
      '--expires: expected a time such as 30d or 12h, found -1h',
    ],
    [['--scope', 'read'], `error: required option '--name <name>' not specified`],
  ])('refuses %j', async (options, message) => {
    expect(await tork('token', 'create', ...options)).toEqual({ code: 1, out: '', err: message });
  });
});

describe('tork token list', () => {
  it('shows what tokens there are, and no secret', async () => {
    const { code, out } = await tork('token', 'list');

    expect(code).toBe(0);
    const [head, first, second] = out.split('\n');
    expect(head).toMatch(/^NAME +PREFIX +SCOPE +USER +CREATED +EXPIRES +LAST USED$/);
    expect(first).toMatch(/^ci +tork_\S{6} +submit +- +\S+Z +- +-$/);
    expect(second).toMatch(/^nightly +tork_\S{6} +read +ada +\S+Z +\S+Z +-$/);
  });
});

describe('tork token revoke', () => {
  it('deletes a token', async () => {
    expect(await tork('token', 'revoke', 'ci')).toEqual({ code: 0, out: 'token ci is revoked', err: '' });
    expect(await tork('token', 'revoke', 'ci')).toEqual({ code: 1, out: '', err: 'there is no token named ci' });
  });
});
