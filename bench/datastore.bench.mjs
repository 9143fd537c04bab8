/**
 * Job lives in the datastore alone: no broker, no state machine.
 *
 *   node bench/datastore.bench.mjs [postgres|embedded] [batch] [lives]      e.g. postgres 64 20000
 *
 * A life is what a job of one task costs the datastore when its events come in batches: the job and its start message
 * are stored; the task and its message are; the task starts; it ends, and the job with it. Four transactions a batch,
 * three of which lock the jobs, and two deletions of confirmed messages. Needs Postgres at TORK_TEST_POSTGRES_URL, where
 * it makes a database of its own; runs what is built.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { PgliteBackend, PostgresBackend, TypeormDatastore } = require('@tork/datastore/typeorm');
const { createDatabase } = require('@tork/testing');

const [kind = 'postgres', batch = '64', lives = '20000'] = process.argv.slice(2);
const newId = () => randomUUID().replaceAll('-', '');
const TASK = { name: 'step', image: 'busybox', run: 'echo hello > $TORK_OUTPUT', env: { A: '1', B: 'two' } };

async function life(datastore, size) {
  const jobs = Array.from({ length: size }, newJob);
  const ids = jobs.map(({ id }) => id);
  const confirmed = (rows) => datastore.deleteOutbox(rows.map(({ id }) => id));

  const starts = jobs.map(({ id }) => ({ queue: 'jobs', body: { type: 'start', jobId: id } }));
  await confirmed(await datastore.transaction((tx) => tx.write({ newJobs: jobs, outbox: starts })));

  const tasks = jobs.map(newTask);
  const handOuts = tasks.map((task) => ({ queue: 'default', body: task }));
  await confirmed(
    await datastore.transaction(async (tx) => {
      const locked = await tx.lockJobs(ids);
      const scheduled = locked.map((job) => ({ ...job, state: 'SCHEDULED', position: 1, startedAt: new Date() }));
      return tx.write({ jobs: scheduled, newTasks: tasks, outbox: handOuts });
    }),
  );

  const taskIds = tasks.map(({ id }) => id);
  await change(datastore, ids, taskIds, { state: 'RUNNING' }, { state: 'RUNNING', nodeId: 'n', startedAt: new Date() });
  const end = { state: 'COMPLETED', result: 'hello', completedAt: new Date() };
  await change(datastore, ids, taskIds, { ...end, position: 2, progress: 100 }, end);
}

const change = (datastore, jobIds, taskIds, ofJob, ofTask) =>
  datastore.transaction(async (tx) => {
    const jobs = await tx.lockJobs(jobIds);
    const tasks = await tx.tasks(taskIds);
    await tx.write({
      jobs: jobs.map((job) => ({ ...job, ...ofJob })),
      tasks: tasks.map((task) => ({ ...task, ...ofTask })),
    });
  });

const newJob = () => ({
  id: newId(),
  name: 'a job',
  description: 'that does a thing',
  state: 'PENDING',
  createdAt: new Date(),
  tasks: [TASK],
  inputs: { a: 'b' },
  position: 0,
  taskCount: 1,
  context: { inputs: { a: 'b' } },
});

const newTask = ({ id }) => ({
  ...TASK,
  id: newId(),
  jobId: id,
  position: 1,
  state: 'SCHEDULED',
  attempt: 1,
  queue: 'default',
  createdAt: new Date(),
  scheduledAt: new Date(),
});

async function measure(datastore) {
  const size = Number(batch);
  const rounds = Math.ceil(Number(lives) / size);
  for (let n = 0; n < Math.min(20, rounds); n++) await life(datastore, size);
  const begin = { time: performance.now(), cpu: process.cpuUsage() };
  for (let n = 0; n < rounds; n++) await life(datastore, size);
  const { user, system } = process.cpuUsage(begin.cpu);
  const seconds = (performance.now() - begin.time) / 1000;
  const count = rounds * size;
  console.log(
    `${kind}, batches of ${size}: ${Math.round(count / seconds)} lives/s, ` +
      `${Math.round((user + system) / count)} µs of this process' CPU each`,
  );
}

async function onPostgres() {
  const database = await createDatabase();
  const settings = { maxOpen: 10, maxIdle: 10, maxLifetimeMs: 3_600_000, maxIdleMs: 300_000 };
  const datastore = new TypeormDatastore(new PostgresBackend({ dsn: database.url, ...settings }));
  try {
    await datastore.migrate();
    await measure(datastore);
  } finally {
    await datastore.close();
    await database.drop();
  }
}

async function embedded() {
  const folder = mkdtempSync(join(tmpdir(), 'tork-bench-'));
  const datastore = new TypeormDatastore(new PgliteBackend({ folder }));
  try {
    await datastore.start();
    await measure(datastore);
  } finally {
    await datastore.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

await (kind === 'embedded' ? embedded() : onPostgres());
