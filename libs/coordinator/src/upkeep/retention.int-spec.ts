import { DatastoreUnavailableError } from '@tork/datastore';
import type { Datastore } from '@tork/datastore';
import { makeJob, makeNode, makeShipment, makeTask, storeJobs } from '@tork/datastore/testing';
import { silentLogger } from '@tork/observability';
import { useStore } from '../coordinator-under-test.fixtures';
import { Retention } from './retention';

const store = useStore();
const HOUR_MS = 3_600_000;
const ago = (ms: number) => new Date(Date.now() - ms);

const makeRetention = (datastore: Pick<Datastore, 'purge'> = store.datastore) =>
  new Retention({ datastore, logsMs: HOUR_MS, jobsMs: 2 * HOUR_MS, log: silentLogger() });
const count = async (table: string) => Number((await store.sql(`SELECT count(*) FROM ${table}`))[0]!.count);

beforeEach(() => store.sql('TRUNCATE jobs, jobs_progress, tasks, tasks_log_parts, nodes'));

it('removes what is past its time, and what belongs to it, and nothing else', async () => {
  const old = makeJob({ state: 'FAILED', createdAt: ago(3 * HOUR_MS) });
  const running = makeJob({ state: 'RUNNING', createdAt: ago(3 * HOUR_MS) });
  const young = makeJob({ state: 'COMPLETED', createdAt: ago(HOUR_MS) });
  const tasks = [old, running, young].map((job) => makeTask(job));
  await storeJobs(store.datastore, [old, running, young], tasks);
  await store.datastore.transaction(async (tx) => {
    await tx.writeLogs(tasks.map((task) => makeShipment(task)));
    await tx.writeLogs([makeShipment(tasks[1]!, { sequence: 2, at: ago(2 * HOUR_MS).toISOString() })]);
    await tx.writeHeartbeats([makeNode(), makeNode({ lastHeartbeatAt: ago(2 * HOUR_MS) })]);
  });

  await makeRetention().run();

  expect((await store.sql('SELECT id FROM jobs ORDER BY id')).map(({ id }) => id)).toEqual(
    [running.id, young.id].sort(),
  );
  expect(await Promise.all(['tasks', 'tasks_log_parts', 'nodes'].map(count))).toEqual([2, 2, 1]);
});

it('removes all of it in one call, in transactions of bounded size', async () => {
  const jobs = Array.from({ length: 2_500 }, () => makeJob({ state: 'COMPLETED', createdAt: ago(3 * HOUR_MS) }));
  await storeJobs(store.datastore, jobs);
  const limits: number[] = [];

  await makeRetention({
    purge: (options) => {
      limits.push(options.limit);
      return store.datastore.purge(options);
    },
  }).run();

  expect(await count('jobs')).toBe(0);
  expect(limits).toEqual([1_000, 1_000, 1_000]);
});

it('tries with less after a transaction that was too much, and with more again', async () => {
  const limits: number[] = [];
  let most = 300;
  const retention = makeRetention({
    purge: async ({ limit }) => {
      limits.push(limit);
      if (limit > most) throw new DatastoreUnavailableError('statement timeout');
      return { logs: 0, jobs: 0, nodes: 0 };
    },
  });

  await expect(retention.run()).rejects.toThrow('statement timeout');
  await expect(retention.run()).rejects.toThrow('statement timeout');
  await retention.run();
  most = 1_000;
  for (let run = 0; run < 3; run++) await retention.run();

  expect(limits).toEqual([1_000, 500, 250, 500, 1_000, 1_000]);
});

it('comes more often while there is something to remove, between once a minute and once an hour', async () => {
  let logs = 0;
  const retention = makeRetention({ purge: async () => ({ logs, jobs: 0, nodes: 0 }) });
  const minutes = async () => Math.floor((await retention.run()) / 60_000);
  const within = (low: number) => (found: number) => expect([low, low + 1]).toContain(found); // up to a minute of jitter

  for (const low of [2, 4, 8, 16, 32, 60, 60]) within(low)(await minutes());
  logs = 1;
  for (const low of [30, 15, 7, 3, 1, 1]) within(low)(await minutes());
});
