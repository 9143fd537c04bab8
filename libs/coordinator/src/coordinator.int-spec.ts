import { MemoryBroker } from '@tork/broker/memory';
import type { Job, JobDocument, RunnableTask, Task, TaskDocument, User } from '@tork/core';
import { GUEST_USERNAME, newJob } from '@tork/core';
import type { TypeormDatastore } from '@tork/datastore/typeorm';
import { render } from '@tork/expr';
import type { JobContext, Middleware, TaskContext } from '@tork/middleware';
import type { Outbox } from '@tork/outbox';
import { eventually } from '@tork/testing';
import type { Coordinator } from './coordinator';
import { makeCoordinator, noExpressions, useStore } from './coordinator-under-test.fixtures';

/** What the tasks of a test do when a worker runs them, by name. */
type Scripts = Record<string, (task: RunnableTask) => { result?: string; error?: string } | 'hang'>;

const store = useStore();
let datastore: TypeormDatastore;
let broker: MemoryBroker;
let running: { coordinator: Coordinator; outbox: Outbox }[];
let guest: User;
let ids = 0;

beforeEach(async () => {
  datastore = store.datastore;
  guest = (await datastore.user(GUEST_USERNAME))!;
  broker = new MemoryBroker();
  running = [];
});
afterEach(async () => {
  for (const { coordinator, outbox } of running) {
    await coordinator.close();
    await outbox.close();
  }
  await broker.close();
});

async function startCoordinator(
  chains: { job?: Middleware<JobContext>[]; task?: Middleware<TaskContext>[] } = {},
  alone = false,
) {
  const made = makeCoordinator(broker, datastore, {
    config: { sweep: { interval: '100ms' } },
    alone,
    createExpressions: () => ({
      ...noExpressions(),
      render: (template, scope) => render(template, { ...scope }),
    }),
    chains: { job: [], task: [], node: [], ...chains },
  });
  running.push(made);
  await made.coordinator.start();
}

/** Takes what is handed out, as a worker would. */
async function startWorker(
  scripts: Scripts = {},
  { nodeId = 'worker', queue = 'default', reportsStart = true } = {},
): Promise<RunnableTask[]> {
  const taken: RunnableTask[] = [];
  await broker.consume(
    queue,
    async (delivery) => {
      const task = delivery.body as RunnableTask;
      taken.push(task);
      const report = { jobId: task.jobId, taskId: task.id, attempt: task.attempt, nodeId };
      if (reportsStart) await broker.publish([{ queue: 'started', body: { ...report, type: 'started' } }]);
      const outcome = scripts[task.name ?? '']?.(task) ?? { result: `result of ${task.name}` };
      if (outcome === 'hang') return;
      if (outcome.error) await broker.publish([{ queue: 'error', body: { ...report, type: 'failed', ...outcome } }]);
      else await broker.publish([{ queue: 'completed', body: { ...report, type: 'completed', ...outcome } }]);
    },
    { concurrency: 4 },
  );
  return taken;
}

async function submit(document: JobDocument, publish = true): Promise<string> {
  const id = `job${String(++ids).padStart(29, '0')}`;
  const job = newJob({ name: 'test', ...document }, { id, now: new Date(), createdBy: guest });
  const rows = await datastore.transaction((tx) =>
    tx.write({ newJobs: [job], outbox: [{ queue: 'jobs', body: { type: 'start', jobId: id } }] }),
  );
  if (publish) running[0]!.outbox.publish(rows);
  return id;
}

const tasks = (...names: string[]): TaskDocument[] => names.map((name) => ({ name, run: 'true' }));

/** The job once it is in a state, with its tasks in order of their creation. */
async function jobIn(id: string, state: Job['state']): Promise<Job & { execution: Task[] }> {
  return eventually(async () => {
    const job = await datastore.job(id);
    if (job?.state !== state) throw new Error(`job is ${job?.state}: ${job?.error}`);
    return job as Job & { execution: Task[] };
  });
}

describe('a coordinator', () => {
  it('runs a job of three tasks to its end, each seeing the results of those before', async () => {
    await startCoordinator();
    const taken = await startWorker();

    const id = await submit({
      tasks: [
        { name: 'first', var: 'a' },
        { name: 'second', var: 'b', env: { A: '{{ tasks.a }}' } },
        { name: 'third', env: { B: '{{ tasks.b }}' } },
      ],
      output: '{{ tasks.a }} and {{ tasks.b }}',
    });

    const job = await jobIn(id, 'COMPLETED');
    expect(job).toMatchObject({ result: 'result of first and result of second', position: 4, progress: 100 });
    expect(job.execution.map(({ name, state, attempt }) => [name, state, attempt])).toEqual([
      ['first', 'COMPLETED', 1],
      ['second', 'COMPLETED', 1],
      ['third', 'COMPLETED', 1],
    ]);
    expect(taken.map(({ env }) => env)).toEqual([undefined, { A: 'result of first' }, { B: 'result of second' }]);
  });

  it('skips what its condition refuses, without a worker', async () => {
    await startCoordinator();

    const id = await submit({
      tasks: [
        { name: 'a', if: 'false' },
        { name: 'b', if: '{{ 1 == 2 }}' },
      ],
    });

    const job = await jobIn(id, 'COMPLETED');
    expect(job.execution.map(({ state }) => state)).toEqual(['SKIPPED', 'SKIPPED']);
  });

  it('tries a failed task again, as often as its limit allows, then fails the job with its error', async () => {
    await startCoordinator();
    await startWorker({ flaky: () => ({ error: 'exit code 1' }) });

    const id = await submit({ tasks: [{ name: 'flaky', retry: { limit: 2 } }, { name: 'never' }] });

    const job = await jobIn(id, 'FAILED');
    expect(job.error).toBe('exit code 1');
    expect(job.execution.map(({ state, retry }) => [state, retry?.attempts])).toEqual([
      ['FAILED', undefined],
      ['FAILED', 1],
      ['FAILED', 2],
    ]);
  });

  it('waits for the back-off before the next try', async () => {
    await startCoordinator();
    let tries = 0;
    await startWorker({ flaky: () => (++tries === 1 ? { error: 'not yet' } : {}) });

    const id = await submit({ tasks: [{ name: 'flaky', retry: { limit: 1, initialDelay: '300ms' } }] });

    const { execution } = await jobIn(id, 'COMPLETED');
    const waited = execution[1]!.scheduledAt!.getTime() - execution[0]!.failedAt!.getTime();
    expect(waited).toBeGreaterThanOrEqual(300);
  });

  it('fails a job whose task cannot be evaluated, and runs nothing of it', async () => {
    await startCoordinator();
    const taken = await startWorker();

    const id = await submit({ tasks: [{ name: 'a' }, { name: '{{ nope() }}', run: 'rm -rf /' }] });

    const job = await jobIn(id, 'FAILED');
    expect(job.error).toContain('nope');
    expect(job.execution.map(({ state }) => state)).toEqual(['COMPLETED', 'FAILED']);
    expect(taken.map(({ name }) => name)).toEqual(['a']);
  });

  it('cancels a job with what runs of it, tells the node, and restarts it from there', async () => {
    await startCoordinator();
    let hangs = true;
    await startWorker({ slow: () => (hangs ? 'hang' : {}) });
    const told: unknown[] = [];
    await broker.consumePrivate('x-worker', async ({ body }) => void told.push(body));
    const id = await submit({ tasks: tasks('fast', 'slow') });
    const { execution } = await eventually(async () => {
      const job = await datastore.job(id);
      if (job?.execution?.[1]?.state !== 'RUNNING') throw new Error('not yet running');
      return job as Job & { execution: Task[] };
    });

    await broker.publish([{ queue: 'jobs', body: { type: 'cancel', jobId: id } }]);
    const cancelled = await jobIn(id, 'CANCELLED');
    hangs = false;
    await broker.publish([{ queue: 'jobs', body: { type: 'restart', jobId: id } }]);
    const completed = await jobIn(id, 'COMPLETED');

    expect(cancelled.execution.map(({ state }) => state)).toEqual(['COMPLETED', 'CANCELLED']);
    await eventually(() => expect(told).toEqual([{ type: 'cancel', taskId: execution[1]!.id, attempt: 1 }]));
    expect(completed.execution.map(({ state }) => state).sort()).toEqual(['CANCELLED', 'COMPLETED', 'COMPLETED']);
  });

  it('takes no answer from a node that lost the task', async () => {
    await startCoordinator();
    await startWorker({ slow: (task) => (task.attempt === 1 ? 'hang' : { result: 'of the second attempt' }) });
    const id = await submit({ tasks: tasks('slow') });
    const taskId = await eventually(async () => {
      const task = (await datastore.job(id))?.execution?.[0];
      if (task?.state !== 'RUNNING') throw new Error('not yet running');
      return task.id;
    });
    const late = { jobId: id, taskId, attempt: 1, nodeId: 'worker' };

    await broker.publish([
      { queue: 'redeliveries', body: { type: 'redelivered', jobId: id, taskId, attempt: 1, reason: 'vanished' } },
    ]);
    await jobIn(id, 'COMPLETED');
    await broker.publish([{ queue: 'completed', body: { ...late, type: 'completed', result: 'too late' } }]);
    await eventually(async () => expect(await broker.queue('completed')).toMatchObject({ size: 0, unacked: 0 }));

    expect((await datastore.job(id))?.execution?.[0]).toMatchObject({
      result: 'of the second attempt',
      attempt: 2,
      redelivered: 1,
    });
  });

  it('keeps a message that it cannot read, and goes on', async () => {
    await startCoordinator();
    await startWorker();

    await broker.publish([{ queue: 'completed', body: { type: 'completed', jobId: 1 } }]);
    const id = await submit({ tasks: tasks('a') });

    await jobIn(id, 'COMPLETED');
    expect(await broker.queue('x-dead-letters')).toMatchObject({ size: 1 });
  });

  it('works side by side with others, whatever arrives twice', async () => {
    for (let n = 0; n < 3; n++) await startCoordinator();
    const ended: string[] = [];
    await broker.subscribeEvents('job.*', (topic) => void ended.push(topic));
    const twice = (messages: Parameters<typeof broker.publish>[0]) => [...messages, ...messages];
    const publish = broker.publish.bind(broker);
    broker.publish = (messages) => publish(twice(messages));
    await startWorker();

    const submitted = await Promise.all(Array.from({ length: 50 }, () => submit({ tasks: tasks('a', 'b', 'c') })));
    const jobs = await Promise.all(submitted.map((id) => jobIn(id, 'COMPLETED')));

    for (const { execution } of jobs)
      expect(execution.map(({ name, state, attempt }) => [name, state, attempt])).toEqual([
        ['a', 'COMPLETED', 1],
        ['b', 'COMPLETED', 1],
        ['c', 'COMPLETED', 1],
      ]);
    await eventually(() => expect(ended).toHaveLength(50));
  });

  it('takes up at once what an earlier process left, when nobody else can have it', async () => {
    const pending = await submit({ tasks: tasks('a') }, false);
    await datastore.transaction(async (tx) =>
      tx.deleteOutbox((await tx.claimOutbox({ before: new Date(), now: new Date(), limit: 10 })).map(({ id }) => id)),
    );
    await startCoordinator({}, true);
    await startWorker();

    await jobIn(pending, 'COMPLETED');
  });
});

describe('middleware', () => {
  it.each([true, false])(
    'sees each transition once, around it (the start has a report of its own: %s)',
    async (reportsStart) => {
      const seen: string[] = [];
      await startCoordinator({
        job: [
          async ({ event, job }, next) => {
            seen.push(`job ${event} ${job.state}`);
            await next();
          },
        ],
        task: [
          async ({ event, task }, next) => {
            seen.push(`task ${event} ${task.state}`);
            await next();
            seen.push(`then ${task.state}`);
          },
        ],
      });
      await startWorker({}, { reportsStart });

      await jobIn(await submit({ tasks: tasks('a') }), 'COMPLETED');

      expect(seen).toEqual([
        'job STATE_CHANGE PENDING',
        'task STATE_CHANGE PENDING',
        'then SCHEDULED',
        'task STATE_CHANGE RUNNING',
        'job STATE_CHANGE RUNNING',
        'then RUNNING',
        'task STARTED RUNNING',
        'then RUNNING',
        'task STATE_CHANGE COMPLETED',
        'job PROGRESS RUNNING',
        'job STATE_CHANGE COMPLETED',
        'then COMPLETED',
      ]);
    },
  );

  it('may change a task before it is handed out, and its result before it is stored', async () => {
    await startCoordinator({
      task: [
        async ({ task }, next) => {
          if (task.state === 'PENDING') task.env = { ADDED: 'yes' };
          if (task.state === 'COMPLETED') task.result = 'replaced';
          await next();
        },
      ],
    });
    const taken = await startWorker();

    const job = await jobIn(await submit({ tasks: [{ name: 'a', var: 'x' }], output: '{{ tasks.x }}' }), 'COMPLETED');

    expect(taken[0]).toMatchObject({ env: { ADDED: 'yes' } });
    expect(job).toMatchObject({ result: 'replaced', execution: [{ env: { ADDED: 'yes' }, result: 'replaced' }] });
  });

  it('may rewrite a job when it starts, for all of its tasks, and for good', async () => {
    await startCoordinator({
      job: [
        async ({ job }, next) => {
          if (job.state === 'PENDING' && job.tags?.includes('fast')) {
            for (const task of job.tasks) task.queue = 'fast';
            job.tasks.push({ name: 'added', queue: 'fast', run: 'true' });
            job.inputs = { by: 'middleware' };
          }
          await next();
        },
      ],
    });
    const taken = await startWorker({}, { queue: 'fast' });

    const job = await jobIn(await submit({ tags: ['fast'], tasks: tasks('a', 'b') }), 'COMPLETED');

    expect(taken.map(({ name, queue }) => [name, queue])).toEqual([
      ['a', 'fast'],
      ['b', 'fast'],
      ['added', 'fast'],
    ]);
    expect(job).toMatchObject({
      taskCount: 3,
      inputs: { by: 'middleware' },
      context: { inputs: { by: 'middleware' } },
      tasks: [{ name: 'a', queue: 'fast' }, { name: 'b', queue: 'fast' }, { name: 'added' }],
    });
  });

  it('that throws fails the task, with retries as ever; one of a job fails the job', async () => {
    await startCoordinator({
      job: [
        async ({ job }, next) => {
          if (job.name === 'refused') throw new Error('not on my watch');
          await next();
        },
      ],
      task: [
        async ({ task }, next) => {
          if (task.name === 'bad' && task.state === 'COMPLETED') throw new Error('no good');
          await next();
        },
      ],
    });
    await startWorker();

    const bad = await jobIn(await submit({ tasks: [{ name: 'bad', retry: { limit: 1 } }] }), 'FAILED');
    const refused = await jobIn(await submit({ name: 'refused', tasks: tasks('a') }), 'FAILED');

    expect(bad.execution.map(({ state, error }) => [state, error])).toEqual([
      ['FAILED', 'no good'],
      ['FAILED', 'no good'],
    ]);
    expect(refused).toMatchObject({ error: 'not on my watch', execution: [] });
  });
});
