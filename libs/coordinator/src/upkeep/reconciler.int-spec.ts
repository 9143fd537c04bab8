import { MemoryBroker } from '@tork/broker/memory';
import type { OutgoingMessage, Task } from '@tork/core';
import { makeJob, makeNode, storeJob, storeJobs } from '@tork/datastore/testing';
import { silentLogger } from '@tork/observability';
import { useStore } from '../coordinator-under-test.fixtures';
import { Reconciler } from './reconciler';

const store = useStore();

/** What was sent again, in order. Other messages are put with `super`. */
class WatchedBroker extends MemoryBroker {
  readonly sent: OutgoingMessage[] = [];

  override async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    this.sent.push(...messages);
  }

  put(queue: string, body: unknown = {}): Promise<void> {
    return super.publish([{ queue, body }]);
  }
}

const T0 = Date.now();
const at = (seconds: number) => new Date(T0 + seconds * 1000);
let broker: WatchedBroker;
let reconciler: Reconciler;
let now: Date;

beforeEach(async () => {
  await store.sql('TRUNCATE jobs, jobs_progress, tasks, nodes, outbox');
  broker = new WatchedBroker();
  now = at(0);
  reconciler = new Reconciler({
    datastore: store.datastore,
    broker,
    log: silentLogger(),
    leaseMs: 20_000,
    now: () => now,
  });
});

/** Sweeps every three seconds and returns what was sent, with the second in which it was. */
async function sweepUntil(second: number): Promise<{ second: number; message: OutgoingMessage }[]> {
  const all: { second: number; message: OutgoingMessage }[] = [];
  for (; now <= at(second); now = new Date(now.getTime() + 3_000)) {
    await reconciler.sweep();
    all.push(...broker.sent.splice(0).map((message) => ({ second: (now.getTime() - T0) / 1000, message })));
  }
  return all;
}
const sentUntil = async (second: number) => (await sweepUntil(second)).map(({ message }) => message);

const makeTask = async (task: Partial<Task>) =>
  (await storeJob(store.datastore, { job: makeJob({ state: 'RUNNING', position: 1 }), task })).task;
const redelivered = ({ id, jobId, attempt }: Task, reason: string, nodeId?: string): OutgoingMessage => ({
  queue: 'redeliveries',
  body: { type: 'redelivered', jobId, taskId: id, attempt, reason, ...(nodeId && { nodeId }) },
});
const beat = (second: number, ...nodes: ReturnType<typeof makeNode>[]) =>
  store.datastore.transaction((tx) =>
    tx.writeHeartbeats(nodes.map((node) => ({ ...node, lastHeartbeatAt: at(second) }))),
  );
/** Lets heartbeats of other nodes arrive as they should. */
const beating = (from: number, to: number) => beat(to, makeNode({ id: `other ${from}` }));

describe('a job that nobody starts', () => {
  const start = (id: string): OutgoingMessage => ({ queue: 'jobs', body: { type: 'start', jobId: id } });

  it('is started when its command is gone', async () => {
    const [old, young] = [makeJob({ createdAt: at(-16) }), makeJob({ createdAt: at(-14) })];
    await storeJobs(store.datastore, [old, young]);

    expect(await sentUntil(0)).toEqual([start(old.id)]);
  });

  it('is left alone while commands wait', async () => {
    await storeJobs(store.datastore, [makeJob({ createdAt: at(-16) })]);
    await broker.put('jobs');

    expect(await sentUntil(30)).toEqual([]);
  });

  it('because a middleware does not let it, is asked about ever more rarely', async () => {
    await storeJobs(store.datastore, [makeJob({ createdAt: at(-16) })]);

    const seconds = (await sweepUntil(600)).map(({ second }) => second);

    expect(seconds).toEqual([0, 15, 45, 105, 225, 465]);
  });

  it('does not hide others, however many there are', async () => {
    await storeJobs(
      store.datastore,
      Array.from({ length: 1_000 }, () => makeJob({ createdAt: at(-100) })),
    );
    const hidden = makeJob({ createdAt: at(-16) });
    await storeJobs(store.datastore, [hidden]);

    expect(await sentUntil(3)).toContainEqual(start(hidden.id));
  });
});

it('a task whose retry is due is asked about when the question is gone', async () => {
  const due = await makeTask({ state: 'PENDING', attempt: 0, createdAt: at(-90), dueAt: at(-16) });
  await makeTask({ state: 'PENDING', attempt: 0, createdAt: at(-90), dueAt: at(60) });

  expect(await sentUntil(0)).toEqual([
    { queue: 'pending', body: { type: 'pending', jobId: due.jobId, taskId: due.id } },
  ]);
});

describe('a task of a silent node', () => {
  const silent = makeNode({ id: 'silent' });
  const makeRunning = () => makeTask({ state: 'RUNNING', nodeId: 'silent', startedAt: at(-20) });

  it('is handed out again once the node would have been heard', async () => {
    await beat(-25, silent);
    const task = await makeRunning();
    for (let second = 0; second <= 20; second += 5) await beating(second, second);

    const [first] = await sweepUntil(24);

    expect(first).toEqual({ second: 21, message: redelivered(task, 'lost', 'silent') });
  });

  it('is left alone while nobody is heard, and until everybody had the time to speak', async () => {
    await beat(-25, silent);
    await makeRunning();

    expect(await sentUntil(60)).toEqual([]); // the datastore was away

    await beating(60, 60);
    await beating(70, 70);
    expect(await sentUntil(75)).toEqual([]);
  });

  it('is left alone while heartbeats or reports wait to be handled', async () => {
    await beat(-25, silent);
    await makeRunning();
    for (let second = 0; second <= 40; second += 5) await beating(second, second);
    await broker.put('heartbeat');

    expect(await sentUntil(30)).toEqual([]);
  });
});

describe('a task that waits', () => {
  it('in an empty queue has lost its message, if that is so for a while', async () => {
    const task = await makeTask({ scheduledAt: at(-16), queue: 'slow' });

    const [first, second] = await sweepUntil(30);

    expect(first).toEqual({ second: 9, message: redelivered(task, 'missing') });
    expect(second).toMatchObject({ second: 24 });
  });

  it('is left alone when its start was reported meanwhile', async () => {
    const task = await makeTask({ scheduledAt: at(-16) });
    await sentUntil(6);
    await store.sql("UPDATE tasks SET state = 'RUNNING', node_id = 'n', started_at = now() WHERE id = $1", [task.id]);
    await beat(6, makeNode({ id: 'n' }));

    expect(await sentUntil(12)).toEqual([]);
  });

  it.each(['slow', 'started', 'completed', 'error', 'redeliveries'])(
    'is left alone while messages wait in %s',
    async (queue) => {
      await makeTask({ scheduledAt: at(-16), queue: 'slow' });
      await broker.put(queue);

      expect(await sentUntil(12)).toEqual([]);
    },
  );

  it('in a queue that has moved on past it has lost its message', async () => {
    const lost = await makeTask({ scheduledAt: at(-100), queue: 'slow' });
    await makeTask({ scheduledAt: at(-50), queue: 'slow' });
    await makeTask({ scheduledAt: at(-40), startedAt: at(-1), queue: 'slow', state: 'RUNNING', nodeId: 'n' });
    await beat(0, makeNode({ id: 'n' }));
    await broker.put('slow');

    expect(await sentUntil(12)).toEqual([redelivered(lost, 'missing')]);
  });

  it('is left alone while its message is on its way to the queue', async () => {
    const task = await makeTask({ scheduledAt: at(-16), queue: 'slow' });
    await store.datastore.transaction((tx) => tx.write({ outbox: [{ queue: 'slow', body: { id: task.id } }] }));

    expect(await sentUntil(12)).toEqual([]);
  });
});

it('a task that its living node does not know any more is handed out again', async () => {
  const task = await makeTask({ state: 'RUNNING', nodeId: 'node', startedAt: at(-60) });
  await beat(0, makeNode({ id: 'node', held: [] }));

  expect(await sentUntil(9)).toEqual([redelivered(task, 'lost', 'node')]);
});

it('nothing is concluded while the broker cannot be asked', async () => {
  await storeJobs(store.datastore, [makeJob({ createdAt: at(-16) })]);
  const away = Object.assign(broker, { queues: () => Promise.reject(new Error('not connected')) });

  await expect(reconciler.sweep()).rejects.toThrow('not connected');

  expect(away.sent).toEqual([]);
});

it('a process that is alone takes up everything at once, and counts nothing against what had not started', async () => {
  const job = makeJob({ createdAt: at(0) });
  await storeJobs(store.datastore, [job]);
  const pending = await makeTask({ state: 'PENDING', attempt: 0 });
  const waiting = await makeTask({ scheduledAt: at(0) });
  const running = await makeTask({ state: 'RUNNING', nodeId: 'before', startedAt: at(0) });
  await beat(0, makeNode({ id: 'before' }));

  expect(await reconciler.sweepAfterRestart()).toBe(4);

  expect(broker.sent).toEqual([
    { queue: 'jobs', body: { type: 'start', jobId: job.id } },
    { queue: 'pending', body: { type: 'pending', jobId: pending.jobId, taskId: pending.id } },
    redelivered(waiting, 'returned'),
    redelivered(running, 'lost', 'before'),
  ]);
});
