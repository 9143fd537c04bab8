import { spawnProcess, startTork } from '@tork/testing';
import type { SeenJob } from '@tork/testing';
import { CLI } from '../harness/cluster';

const SECRET = 'hidden-value';
const RUN = ['run', 'standalone'];
const SHELL = { TORK_RUNTIME_TYPE: 'shell' };

const leaky = {
  name: 'leaky',
  secrets: { token: SECRET },
  tasks: [{ name: 'a', env: { T: '{{ secrets.token }}', DB_PASSWORD: 'pw' }, run: 'echo "$T $DB_PASSWORD"', var: 'a' }],
};

describe('with redaction off', () => {
  it('secrets are shown, those that are encrypted at rest, too', async () => {
    const tork = await startTork(CLI, {
      args: RUN,
      env: { ...SHELL, TORK_MIDDLEWARE_JOB_REDACT_ENABLED: 'false', TORK_DATASTORE_ENCRYPTION_KEY: 'a key' },
    });

    const job = await tork.ended(await tork.submit(leaky));

    expect(job).toMatchObject({
      secrets: { token: SECRET },
      context: { secrets: { token: SECRET } },
      execution: [{ env: { T: SECRET, DB_PASSWORD: 'pw' } }],
    });
    expect(await tork.log(job.id)).toBe(`${SECRET} pw\n`);
    await tork.stop();
  }, 120_000);
});

describe('with patterns of one’s own', () => {
  it('they tell which keys are secret, and values are hidden all the same', async () => {
    const tork = await startTork(CLI, { args: RUN, env: { ...SHELL, TORK_MIDDLEWARE_JOB_REDACT_PATTERNS: 'X_*,db' } });

    const { body } = await tork.call<SeenJob>('POST', '/jobs', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...leaky,
        inputs: { X_a: '1', x_a: '2', db: '3', db_password: '4' },
        wait: { timeout: '30s' },
      }),
    });

    expect(body).toMatchObject({
      inputs: { X_a: '[REDACTED]', x_a: '2', db: '[REDACTED]', db_password: '4' },
      secrets: { token: '[REDACTED]' },
      execution: [{ env: { T: '[REDACTED]', DB_PASSWORD: 'pw' } }],
    });
    await tork.stop();
  }, 120_000);
});

describe('variables of the host', () => {
  it('reach tasks under their aliases, and nothing else of the environment does', async () => {
    const tork = await startTork(CLI, {
      args: RUN,
      env: {
        ...SHELL,
        TORK_MIDDLEWARE_TASK_HOSTENV_VARS: 'REGION,HOST_URL:URL,UNSET',
        REGION: 'eu',
        HOST_URL: 'http://h',
        KEPT: 'x',
      },
    });
    const run = 'echo "$REGION $URL [${UNSET-unset}] [${HOST_URL-unset}] [${KEPT-unset}]"';

    const job = await tork.ended(
      await tork.submit({
        name: 'host',
        tasks: [{ name: 'a', env: { REGION: 'own', OWN: '1' }, pre: [{ name: 'p', run }], run }],
      }),
    );

    expect(await tork.log(job.id)).toBe('eu http://h [unset] [unset] [unset]\n'.repeat(2));
    expect(job).toMatchObject({ execution: [{ env: { REGION: 'own', OWN: '1' } }] });
    await tork.stop();
  }, 120_000);

  it('that nobody can read end the start', async () => {
    const tork = spawnProcess(CLI, RUN, { env: { TORK_MIDDLEWARE_TASK_HOSTENV_VARS: 'A:B:C' } });

    expect(await tork.exited).toMatchObject({ code: 1 });
    expect(tork.output).toContain('invalid env var spec: A:B:C');
  }, 120_000);
});
