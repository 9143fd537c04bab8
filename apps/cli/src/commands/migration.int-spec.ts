import { Readable } from 'node:stream';
import { useServices } from '@tork/testing';
import { execute } from '../execute';

const services = useServices('postgres');

async function migrate(env: Record<string, string>): Promise<{ code: number; out: string }> {
  const out: string[] = [];
  const write = (line: string) => void out.push(line);
  const terminal = { env: { TORK_CLI_BANNER_MODE: 'off', ...env }, cwd: '/', home: '/', out: write, err: write };
  const code = await execute(['migration'], { ...terminal, input: Readable.from([]) });
  return { code, out: out.join('\n') };
}

it('creates the schema, and does nothing when it is up to date', async () => {
  const env = { TORK_DATASTORE_POSTGRES_DSN: services.postgres.url };

  const first = await migrate(env);
  const second = await migrate(env);

  expect(first).toEqual({ code: 0, out: expect.stringMatching(/^db migration completed: \S+/) });
  expect(second).toEqual({ code: 0, out: 'db migration completed: the schema is up to date' });
  expect(await services.postgres.sql('SELECT count(*)::int AS jobs FROM jobs')).toEqual([{ jobs: 0 }]);
});

it.each(['embedded', 'mongo'])('refuses the datastore %s', async (type) => {
  expect(await migrate({ TORK_DATASTORE_TYPE: type })).toEqual({
    code: 1,
    out: `can't perform db migration on: ${type}`,
  });
});

it('says what is wrong with the database, without its password', async () => {
  const dsn = new URL(services.postgres.url);
  dsn.password = 'hunter2';

  const { code, out } = await migrate({ TORK_DATASTORE_POSTGRES_DSN: dsn.href });

  expect(code).toBe(1);
  expect(out).toContain('password authentication failed');
  expect(out).not.toContain('hunter2');
});
