import { join } from 'node:path';
import { eventually, freePort, spawnProcess, startTork, useServices } from '@tork/testing';

const MAIN = join(__dirname, 'dist/main.js');
const services = useServices('postgres');

const startWorker = async (env: Record<string, string>) => {
  const worker = spawnProcess(MAIN, ['worker'], {
    env: { ...env, TORK_WORKER_ADDRESS: `localhost:${await freePort()}`, TORK_WORKER_QUEUES_DEFAULT: '4' },
  });
  await worker.waitForOutput(/tork is up/);
  return worker;
};

it('carries jobs between processes that share nothing but Postgres, also when a worker is killed', async () => {
  const env = {
    TORK_CONFIG: join(__dirname, 'config.toml'),
    TORK_DATASTORE_POSTGRES_DSN: services.postgres.url,
    BROKER_URL: services.postgres.url,
  };
  const tork = await startTork(MAIN, {
    args: ['coordinator'],
    config: env.TORK_CONFIG,
    postgres: services.postgres.url,
    env,
  });
  const first = await startWorker(env);
  const ids = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      tork.submit({ name: `job ${n}`, tasks: [{ name: 'a', run: `sleep 1; printf ${n} > "$TORK_OUTPUT"` }] }),
    ),
  );
  const running = async () => {
    const jobs = await Promise.all(ids.map((id) => tork.job(id)));
    return jobs.filter(({ execution }) => execution[0]?.state === 'RUNNING').length;
  };
  await eventually(async () => expect(await running()).toBe(4));

  await first.kill();
  const second = await startWorker(env);
  const jobs = await Promise.all(ids.map((id) => tork.ended(id)));

  expect(jobs.map(({ execution, state }) => [state, execution[0]?.result])).toEqual(
    ids.map((_, n) => ['COMPLETED', String(n)]),
  );
  expect((await tork.call<{ name: string }[]>('GET', '/queues')).body.map(({ name }) => name)).toContain('default');
  await second.stop();
  await tork.stop();
});
