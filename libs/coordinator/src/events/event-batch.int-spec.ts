import type { Delivery } from '@tork/broker';
import type { Job, JobEvent, OutgoingMessage, Task, TaskEvent } from '@tork/core';
import { DatastoreUnavailableError } from '@tork/datastore';
import type { OutboxRow } from '@tork/datastore';
import { makeJob, storeJob } from '@tork/datastore/testing';
import { silentLogger } from '@tork/observability';
import { noExpressions, useStore } from '../coordinator-under-test.fixtures';
import type { EventBatchOptions } from './event-batch';
import { EventBatch } from './event-batch';

const store = useStore();

function makeBatch(options: Partial<EventBatchOptions> = {}) {
  const rows: OutboxRow[] = [];
  const hints: JobEvent[] = [];
  const called: number[] = [];
  const batch = new EventBatch({
    datastore: store.datastore,
    committed: (written, events, deliveries) => {
      rows.push(...written);
      hints.push(...events);
      called.push(deliveries);
    },
    chains: { job: [], task: [] },
    createExpressions: noExpressions,
    maxRedeliveries: 5,
    webhooks: { maxBodyBytes: 1_000_000 },
    log: silentLogger(),
    ...options,
  });
  return { batch, rows, hints, called };
}

const QUEUES: Partial<Record<TaskEvent['type'], string>> = { failed: 'error', redelivered: 'redeliveries' };
const deliver = (body: TaskEvent): Delivery => ({ queue: QUEUES[body.type] ?? body.type, body, redelivered: false });
const about = ({ id, jobId, attempt }: Task) => ({ taskId: id, jobId, attempt });
const completed = (task: Task) => deliver({ type: 'completed', ...about(task), nodeId: 'node' });
const makeRunning = (job: Partial<Job> = {}) =>
  storeJob(store.datastore, {
    job: makeJob({ state: 'RUNNING', position: 1, ...job }),
    task: { state: 'RUNNING', nodeId: 'node', startedAt: new Date() },
  });
const stateOf = ({ id }: Job) => store.datastore.jobState(id);

/** Makes the change to some jobs one that no table takes. */
const poison: EventBatchOptions['chains'] = {
  task: [],
  job: [
    async ({ job }, next) => {
      if (job.name === 'poison') job.completedAt = new Date(-1e15);
      await next();
    },
  ],
};

describe('a batch', () => {
  it('is one transaction: rows, messages and hints of all its events, or nothing', async () => {
    const jobs = await Promise.all([makeRunning(), makeRunning({ taskCount: 2, tasks: [{}, { name: 'next' }] })]);
    const { batch, hints, rows } = makeBatch();

    expect(await batch.handle(jobs.map(({ task }) => completed(task)))).toEqual(['ack', 'ack']);

    expect(await Promise.all(jobs.map(({ job }) => stateOf(job)))).toEqual(['COMPLETED', 'RUNNING']);
    expect(hints).toEqual([{ topic: 'job.completed', jobId: jobs[0]!.job.id }]);
    expect(rows).toMatchObject([{ queue: 'default', body: { name: 'next', jobId: jobs[1]!.job.id } }]);
    const ids = rows.map(({ id }) => id);
    expect(await store.sql('SELECT queue FROM outbox WHERE id = ANY($1::bigint[])', [ids])).toHaveLength(1);
  });

  it('changes nothing when it comes again', async () => {
    const { job, task } = await makeRunning();
    const { batch, hints, rows } = makeBatch();

    await batch.handle([completed(task), completed(task)]);
    const { completedAt } = (await store.datastore.job(job.id))!;
    await batch.handle([completed(task)]);

    expect(hints).toHaveLength(1);
    expect(rows).toEqual([]);
    expect((await store.datastore.job(job.id))!.completedAt).toEqual(completedAt);
  });

  it('hears what a node reports before it believes that its hand-out came to nothing', async () => {
    const { job, task } = await makeRunning();
    const { batch, rows } = makeBatch();
    const lost = deliver({ type: 'redelivered', ...about(task), reason: 'lost', nodeId: 'node' });

    await batch.handle([lost, completed(task)]);

    expect(await stateOf(job)).toBe('COMPLETED');
    expect(rows).toEqual([]);
  });

  it('knows nothing to do about jobs that are gone', async () => {
    const { batch } = makeBatch();

    expect(await batch.handle([completed({ id: 't', jobId: 'gone', attempt: 1 } as Task)])).toEqual(['ack']);
  });
});

describe('a message that cannot be handled', () => {
  it('fails its job, is put aside, and holds up no other', async () => {
    const jobs = await Promise.all(Array.from({ length: 5 }, () => makeRunning()));
    const bad = await makeRunning({ name: 'poison' });
    jobs.splice(2, 0, bad);
    const { batch } = makeBatch({ chains: poison });

    const verdicts = await batch.handle(jobs.map(({ task }) => completed(task)));

    expect(verdicts).toEqual(['ack', 'ack', { deadLetter: expect.any(String) }, 'ack', 'ack', 'ack']);
    const states = await Promise.all(jobs.map(({ job }) => stateOf(job)));
    expect(states).toEqual(['COMPLETED', 'COMPLETED', 'FAILED', 'COMPLETED', 'COMPLETED', 'COMPLETED']);
    const failed = (await store.datastore.job(bad.job.id))!;
    expect(failed.error).toBe("internal error: 'completed' could not be handled (InvalidValueError)");
    expect(failed.execution).toMatchObject([{ state: 'CANCELLED' }]);
  });

  it('because it is none is put aside with the reason', async () => {
    const { job, task } = await makeRunning();
    const { batch } = makeBatch();
    const unreadable: Delivery = { queue: 'completed', body: { type: 'completed', jobId: 5 }, redelivered: false };

    const verdicts = await batch.handle([unreadable, completed(task)]);

    expect(verdicts).toEqual([{ deadLetter: expect.stringContaining('jobId') }, 'ack']);
    expect(await stateOf(job)).toBe('COMPLETED');
  });
});

it('a message that the datastore does not take for now comes again later and holds up no other', async () => {
  const stuck = await store.using({ encryptionKey: 'not configured here' }, (datastore) =>
    storeJob(datastore, { job: makeJob({ state: 'RUNNING', position: 1, secrets: { password: 'secret' } }) }),
  );
  const other = await makeRunning();
  const { batch, rows } = makeBatch();
  const before = Date.now();

  expect(await batch.handle([completed(stuck.task), completed(other.task)])).toEqual(['ack', 'ack']);

  expect([await stateOf(stuck.job), await stateOf(other.job)]).toEqual(['RUNNING', 'COMPLETED']);
  const [row] = rows;
  expect(row).toMatchObject({ queue: 'completed', body: completed(stuck.task).body });
  expect(row!.notBefore!.getTime()).toBeGreaterThan(before);
  expect(await store.sql('SELECT queue FROM outbox WHERE id = $1', [row!.id])).toEqual([{ queue: 'completed' }]);
});

it('everything is given back, and nothing told, while the datastore is away', async () => {
  const { job, task } = await makeRunning();
  const lost = new DatastoreUnavailableError('the connection to the datastore is lost');
  const { batch, hints, rows } = makeBatch({
    datastore: {
      // As when the server goes before the commit.
      transaction: (run) =>
        store.datastore.transaction(async (tx) => {
          await run(tx);
          throw lost;
        }),
      health: () => Promise.reject(lost),
    },
  });

  await expect(batch.handle([completed(task), completed(task)])).rejects.toThrow(DatastoreUnavailableError);

  expect(await stateOf(job)).toBe('RUNNING');
  expect([hints, rows]).toEqual([[], []]);
});

it('messages of the batch are what a worker and a coordinator can read', async () => {
  const { task } = await makeRunning();
  const { batch, rows } = makeBatch();

  await batch.handle([deliver({ type: 'redelivered', ...about(task), reason: 'vanished' })]);

  expect(rows satisfies OutgoingMessage[]).toMatchObject([
    { queue: 'x-node', body: { type: 'cancel', taskId: task.id, attempt: 1 } },
    { queue: 'default', body: { id: task.id, attempt: 2 } },
  ]);
});

describe('webhooks', () => {
  const claim = () => store.datastore.claimDeliveries({ limit: 100, perHost: 100, busy: {}, leaseMs: 60_000 });
  const webhooks = [{ url: 'http://localhost/hook' }];

  it('are committed with what they tell of', async () => {
    const { job, task } = await makeRunning({ webhooks });
    const { batch, called } = makeBatch();

    await batch.handle([completed(task)]);

    expect(called).toEqual([1]);
    const told = (await claim()).filter(({ jobId }) => jobId === job.id);
    expect(told.map(({ body }) => JSON.parse(body) as Job)).toMatchObject([{ id: job.id, state: 'COMPLETED' }]);
  });

  it('are told nothing of what was rolled back, and nothing a second time', async () => {
    const { job, task } = await makeRunning({ webhooks });
    const datastore: EventBatchOptions['datastore'] = {
      health: () => store.datastore.health(),
      transaction: (run) =>
        store.datastore.transaction(async (tx) => {
          await run(tx);
          throw new DatastoreUnavailableError('gone before the commit');
        }),
    };
    await makeBatch({ datastore, now: () => new Date() })
      .batch.handle([completed(task)])
      .catch(() => undefined);
    expect((await claim()).filter(({ jobId }) => jobId === job.id)).toEqual([]);

    const { batch, called } = makeBatch();
    await batch.handle([completed(task), completed(task)]);
    await batch.handle([completed(task)]);

    expect(called).toEqual([1, 0]);
  });

  it('cost nothing where a job has none', async () => {
    const { task } = await makeRunning();
    const { batch, called } = makeBatch();

    await batch.handle([completed(task)]);

    expect(called).toEqual([0]);
  });
});
