import type { JobDocument } from '@tork/core';
import { eventually, spawnProcess, useServices } from '@tork/testing';
import { allCompleted } from '../harness/client';
import { CLI, Cluster } from '../harness/cluster';
import { tablesOf } from './spying';

const services = useServices('postgres', 'rabbitmq');

const SECRET = 's3cret-of-every-job';
const job = (n: number): JobDocument => ({
  name: `job ${n}`,
  secrets: { token: SECRET },
  output: '{{ tasks.length }}',
  tasks: [
    {
      name: 'wait',
      env: { T: '{{ secrets.token }}' },
      run: `sleep 0.${n % 10}; printf %s "$T" > "$TORK_OUTPUT"`,
      var: 'got',
    },
    { name: 'count', env: { G: '{{ tasks.got }}' }, run: 'printf %s "${#G}" > "$TORK_OUTPUT"', var: 'length' },
  ],
});

/** `key` encrypts; `others` decrypt, too. */
const keys = (key: string, ...others: string[]) => ({
  TORK_DATASTORE_ENCRYPTION_KEY: key,
  TORK_DATASTORE_ENCRYPTION_KEYS: others.join(','),
});

const start = (env: Readonly<Record<string, string>>) =>
  Cluster.start({ postgresDsn: services.postgres.url, rabbitmqUrl: services.rabbitmq.url, env });

it('the key is changed under load', async () => {
  // Everybody understands the new key before anybody uses it.
  const cluster = await start(keys('old', 'new'));
  const { client, coordinators, workers } = cluster;
  const ids: string[] = [];
  let isLoading = true;
  const load = async (): Promise<void> => {
    while (isLoading) ids.push((await client.ended(await client.submit(job(ids.length)))).id);
  };
  const loads = Promise.all([load(), load(), load(), load()]);

  const changed = keys('new', 'old');
  await cluster.addWorker(changed);
  await cluster.addCoordinator(changed);
  const soFar = ids.length;
  await eventually(() => expect(ids.length).toBeGreaterThan(soFar + 8), { timeoutMs: 60_000 });
  await Promise.all([workers.shift()!.stop(), coordinators.shift()!.stop()]);
  await reencrypt(changed);
  isLoading = false;
  await loads;
  await cluster.stop();
  await reencrypt(changed); // what the API has stored since

  expect(await tablesOf(services.postgres)).not.toContain(SECRET);
  const onlyNew = await start(keys('new'));
  const jobs = await allCompleted(onlyNew.client, ids, 60_000);
  expect(new Set(jobs.map(({ result }) => result))).toEqual(new Set([String(SECRET.length)]));
  expect(JSON.stringify(jobs)).not.toContain('[encrypted]');
  await onlyNew.stop();
}, 240_000);

async function reencrypt(env: Readonly<Record<string, string>>): Promise<void> {
  const migration = spawnProcess(CLI, ['migration', '--reencrypt'], {
    env: { TORK_DATASTORE_TYPE: 'postgres', TORK_DATASTORE_POSTGRES_DSN: services.postgres.url, ...env },
  });
  expect(await migration.exited).toMatchObject({ code: 0 });
  expect(migration.output).toMatch(/rows encrypted anew: [1-9]/);
}
