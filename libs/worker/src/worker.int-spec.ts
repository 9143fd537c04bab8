import { join } from 'node:path';
import { RabbitmqBroker } from '@tork/broker/rabbitmq';
import type { Heartbeat, RunnableTask } from '@tork/core';
import { silentLogger } from '@tork/observability';
import { eventually, spawnProcess, tcpProxy, useServices } from '@tork/testing';
import { FunctionRuntime, untilAborted } from './testing/function.runtime';
import type { TaskFunction } from './testing/function.runtime';
import { makeConfig, makeTask } from './testing/make';
import { Worker } from './worker';

const services = useServices('rabbitmq');
const QUEUES = ['started', 'completed', 'error', 'progress', 'redeliveries', 'logs', 'heartbeat'];
/** What a test leaves open, closed last to first. */
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const byQueue = (reports: [string, object][]) => reports.toSorted(([a], [b]) => QUEUES.indexOf(a) - QUEUES.indexOf(b));

/** Stands where the coordinators would: hands tasks out, and keeps what it is told. */
async function startCoordinator() {
  const broker = new RabbitmqBroker({ url: services.rabbitmq.url });
  await broker.start();
  open.push(() => broker.close());
  for (const queue of [...QUEUES, 'default']) await broker.deleteQueue(queue);
  /** By its text: what was not confirmed when a connection broke comes twice, and counts once. */
  const told = new Map<string, { queue: string; body: object }>();
  await broker.consumeBatches(QUEUES, async (batch) => {
    for (const { queue, body } of batch) told.set(queue + JSON.stringify(body), { queue, body: body as object });
    return batch.map(() => 'ack');
  });
  const all = () => [...told.values()];
  /** Everything but heartbeats and output, as queue and body. */
  const reports = () =>
    all()
      .filter(({ queue }) => queue !== 'heartbeat' && queue !== 'logs')
      .map(({ queue, body }): [string, object] => [queue, body]);
  const heartbeats = () =>
    all()
      .filter(({ queue }) => queue === 'heartbeat')
      .map(({ body }) => body as Heartbeat);
  const handOut = async (fields: Partial<RunnableTask> = {}) => {
    const task = makeTask(fields);
    await broker.publish([{ queue: 'default', body: task }]);
    return task;
  };
  /** In order within each queue; between queues there is none. */
  const reported = (expected: [string, object][]) =>
    eventually(() => expect(byQueue(reports())).toMatchObject(byQueue(expected)));
  return { broker, handOut, heartbeats, reported, reports };
}

/** A worker of this process that reaches RabbitMQ through a proxy. */
async function startWorker(run: TaskFunction, config: object = {}) {
  const proxy = await tcpProxy(services.rabbitmq.url);
  open.push(() => proxy.close());
  const broker = new RabbitmqBroker({ url: proxy.url, closeTimeoutMs: 500 });
  await broker.start();
  open.push(() => broker.close());
  const runtime = new FunctionRuntime(run);
  const worker = new Worker({
    broker,
    runtime,
    config: makeConfig(config),
    version: 'test',
    log: silentLogger(),
    startPatienceMs: 0,
  });
  await worker.start();
  open.push(() => worker.close(0));
  return { proxy, runtime, worker };
}

async function spawnWorker(config: object = {}) {
  const spawned = spawnProcess(join(__dirname, 'testing', 'worker-process.js'), [], {
    name: 'worker',
    env: { AMQP_URL: services.rabbitmq.url, WORKER_CONFIG: JSON.stringify({ address: '127.0.0.1:0', ...config }) },
  });
  open.push(() => spawned[Symbol.asyncDispose]());
  await spawned.waitForOutput(/started \w{22}/);
  return spawned;
}

const idOf = ({ id, jobId, attempt }: RunnableTask) => ({ taskId: id, jobId, attempt });
/** A task that runs until the test ends it. */
function controlled() {
  let finish = () => {};
  const run: TaskFunction = () => new Promise((resolve) => (finish = () => resolve({ result: 'done' })));
  return { run, finish: () => finish() };
}

jest.setTimeout(30_000);

describe('a loss of the connection', () => {
  it('does not disturb a task whose delivery was released', async () => {
    const coordinator = await startCoordinator();
    const { run, finish } = controlled();
    const { proxy, runtime, worker } = await startWorker(run, { release: { after: '10ms' } });
    const task = await coordinator.handOut();
    await coordinator.reported([['started', idOf(task)]]);
    await eventually(async () => expect(await coordinator.broker.queue('default')).toMatchObject({ unacked: 0 }));

    proxy.cut();
    await eventually(() => expect(proxy.connections).toBeGreaterThan(0));
    const next = await coordinator.handOut();
    finish();

    await eventually(() => expect(runtime.started).toHaveLength(2));
    finish();
    const nodeId = worker.id;
    await coordinator.reported([
      ['started', { ...idOf(task), nodeId }],
      ['completed', { ...idOf(task), nodeId, result: 'done' }],
      ['started', { ...idOf(next), nodeId }],
      ['completed', { ...idOf(next), nodeId }],
    ]);
  });

  it('does not run a task twice whose delivery comes back to the node that runs it', async () => {
    const coordinator = await startCoordinator();
    const { run, finish } = controlled();
    const { proxy, runtime } = await startWorker(run, { queues: { default: 2 } });
    const task = await coordinator.handOut();
    await coordinator.reported([['started', idOf(task)]]);

    proxy.cut();
    await eventually(async () =>
      expect(await coordinator.broker.queue('default')).toMatchObject({ size: 0, unacked: 0, subscribers: 1 }),
    );
    finish();

    await coordinator.reported([
      ['started', idOf(task)],
      ['completed', idOf(task)],
    ]);
    expect(runtime.started).toHaveLength(1);
  });

  it('that outlasts the lease ends what runs; the worker goes on when it is over', async () => {
    const coordinator = await startCoordinator();
    const { proxy, runtime } = await startWorker(
      ({ name }, ...rest) => (name === 'long' ? untilAborted({} as RunnableTask, ...rest) : {}),
      { heartbeat: { interval: '100ms' }, lease: '1s' },
    );
    const lost = await coordinator.handOut({ name: 'long' });
    await coordinator.reported([['started', idOf(lost)]]);

    proxy.stall('both');
    await eventually(() => expect(runtime.ended).toMatchObject([{ id: lost.id }]));
    await proxy.resume();

    await coordinator.reported([
      ['started', idOf(lost)],
      ['redeliveries', { ...idOf(lost), type: 'redelivered', reason: 'lost' }],
    ]);
    const next = await coordinator.handOut();
    await coordinator.reported([
      ['started', idOf(lost)],
      ['started', idOf(next)],
      ['completed', idOf(next)],
      ['redeliveries', { reason: 'lost' }],
    ]);
  });

  it('does not keep a worker from stopping', async () => {
    const coordinator = await startCoordinator();
    const { proxy, worker } = await startWorker(untilAborted);
    await coordinator.handOut();
    await coordinator.reported([['started', {}]]);
    await proxy.refuse();

    await worker.close(0);
  });
});

describe('a worker process', () => {
  const config = { heartbeat: { interval: '100ms' }, lease: '1s' };

  it('that is killed leaves its task to be reported by the next one', async () => {
    const coordinator = await startCoordinator();
    const worker = await spawnWorker(config);
    const task = await coordinator.handOut({ run: 'sleep 60' });
    await coordinator.reported([['started', idOf(task)]]);

    await worker.kill('SIGKILL');
    const { runtime } = await startWorker(() => ({}));

    await coordinator.reported([
      ['started', idOf(task)],
      ['redeliveries', { ...idOf(task), type: 'redelivered', reason: 'vanished' }],
    ]);
    expect(runtime.started).toEqual([]);
  });

  it('that was frozen past its lease drops what ended meanwhile', async () => {
    const coordinator = await startCoordinator();
    const worker = await spawnWorker(config);
    const task = await coordinator.handOut({ run: 'sleep 1; printf done > "$TORK_OUTPUT"' });
    await coordinator.reported([['started', idOf(task)]]);
    const beats = coordinator.heartbeats().length;

    worker.freeze();
    await new Promise((resolve) => setTimeout(resolve, 1_500)); // the task has ended, and the lease, too
    worker.thaw();

    await coordinator.reported([
      ['started', idOf(task)],
      ['redeliveries', { ...idOf(task), type: 'redelivered', reason: 'lost' }],
    ]);
    await eventually(() => expect(coordinator.heartbeats().length).toBeGreaterThan(beats));
    await eventually(() => expect(coordinator.heartbeats().at(-1)?.held).toEqual([]));
  });

  it('that was frozen for less than its lease reports as if nothing had been', async () => {
    const coordinator = await startCoordinator();
    const worker = await spawnWorker({ heartbeat: { interval: '100ms' }, lease: '20s' });
    const task = await coordinator.handOut({ run: 'sleep .2; printf done > "$TORK_OUTPUT"' });
    await coordinator.reported([['started', idOf(task)]]);

    worker.freeze();
    await new Promise((resolve) => setTimeout(resolve, 500)); // the task has ended
    worker.thaw();

    await coordinator.reported([
      ['started', idOf(task)],
      ['completed', { ...idOf(task), result: 'done' }],
    ]);
  });

  it('hands back what it runs when it is told to stop, and says that it is gone', async () => {
    const coordinator = await startCoordinator();
    const worker = await spawnWorker({ ...config, shutdown: { grace: '100ms' } });
    const task = await coordinator.handOut({ run: 'echo working; sleep 60' });
    await coordinator.reported([['started', idOf(task)]]);

    const { code } = await worker.stop();

    expect(code).toBe(0);
    await coordinator.reported([
      ['started', idOf(task)],
      ['redeliveries', { ...idOf(task), type: 'redelivered', reason: 'returned' }],
    ]);
    await eventually(() => expect(coordinator.heartbeats().at(-1)).toMatchObject({ status: 'DOWN', held: [] }));
    expect(await coordinator.broker.queue('default')).toMatchObject({ size: 0, unacked: 0 });
  });
});
