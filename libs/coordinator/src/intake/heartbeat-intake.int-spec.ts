import type { Delivery } from '@tork/broker';
import { MemoryBroker } from '@tork/broker/memory';
import type { Heartbeat, HeldTask, OutgoingMessage, Task } from '@tork/core';
import { makeJob, makeNode, storeJob } from '@tork/datastore/testing';
import { silentLogger } from '@tork/observability';
import { useStore } from '../coordinator-under-test.fixtures';
import type { HeartbeatIntakeOptions } from './heartbeat-intake';
import { HeartbeatIntake } from './heartbeat-intake';

const store = useStore();

/** What the intake publishes, in order. */
let published: OutgoingMessage[];

class WatchedBroker extends MemoryBroker {
  override async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    published.push(...messages);
  }
}

beforeEach(() => (published = []));

const makeIntake = (options: Partial<HeartbeatIntakeOptions> = {}) =>
  new HeartbeatIntake({
    datastore: store.datastore,
    broker: new WatchedBroker(),
    chain: [],
    log: silentLogger(),
    ...options,
  });
/** As it arrives: through JSON. */
const beat = (heartbeat: Heartbeat | object): Delivery => ({
  queue: 'heartbeat',
  body: JSON.parse(JSON.stringify(heartbeat)),
  redelivered: false,
});
const stored = async ({ id }: { id: string }) => {
  const [row] = await store.sql('SELECT name, task_count, last_heartbeat_at FROM nodes WHERE id = $1', [id]);
  return row && { name: row.name, taskCount: row.task_count, lastHeartbeatAt: row.last_heartbeat_at };
};
const held = ({ id, jobId }: Task, attempt = 1): HeldTask => ({ taskId: id, jobId, attempt });
const ago = (ms: number) => new Date(Date.now() - ms);

describe('a lease', () => {
  it.each([
    ['behind', -3_600_000],
    ['ahead', 3_600_000],
  ])('counts from the arrival of a heartbeat, also when the clock of the node is an hour %s', async (_, skewMs) => {
    const node = makeNode({ lastHeartbeatAt: ago(-skewMs) });
    const before = new Date();

    await makeIntake().handle([beat(node)]);

    const { lastHeartbeatAt } = (await stored(node))!;
    expect(lastHeartbeatAt).toBeInstanceOf(Date);
    expect((lastHeartbeatAt as Date).getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect((lastHeartbeatAt as Date).getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('shows what the node said last, however its heartbeats arrive', async () => {
    const node = makeNode();
    const said = (taskCount: number, ms: number) => beat({ ...node, taskCount, lastHeartbeatAt: ago(ms) });

    await makeIntake().handle([said(2, 5_000), said(3, 0), said(1, 10_000)]);

    expect(await stored(node)).toMatchObject({ taskCount: 3 });
  });
});

describe('a heartbeat', () => {
  it('that cannot be read or stored is put aside, and no other with it', async () => {
    const [one, two] = [makeNode(), makeNode()];

    const verdicts = await makeIntake().handle([
      beat(one),
      beat({ ...makeNode(), status: 'ASLEEP' }),
      beat(makeNode({ port: 2 ** 40 })),
      beat(two),
    ]);

    expect(verdicts).toEqual(['ack', { deadLetter: expect.any(String) }, { deadLetter: expect.any(String) }, 'ack']);
    expect([await stored(one), await stored(two)]).not.toContain(undefined);
  });

  it('is changed by middleware, or ignored where that does not go on or fails', async () => {
    const [renamed, refused, broken] = [makeNode(), makeNode({ name: 'refused' }), makeNode({ name: 'broken' })];
    const intake = makeIntake({
      chain: [
        async ({ node }, next) => {
          if (node.name === 'broken') throw new Error('no');
          if (node.name === 'refused') return;
          node.name = 'renamed';
          await next();
        },
      ],
    });

    expect(await intake.handle([renamed, refused, broken].map(beat))).toEqual(['ack', 'ack', 'ack']);

    expect(await stored(renamed)).toMatchObject({ name: 'renamed' });
    expect([await stored(refused), await stored(broken)]).toEqual([undefined, undefined]);
  });
});

describe('what a node holds', () => {
  const node = makeNode({ id: 'holder' });
  const cancel = (task: Pick<Task, 'id'>, attempt = 1) => ({
    queue: 'x-holder',
    body: { type: 'cancel', taskId: task.id, attempt },
  });
  const make = async (task: Partial<Task>) => (await storeJob(store.datastore, { task })).task;
  const tell = (...tasks: HeldTask[]) => makeIntake().handle([beat({ ...node, held: tasks })]);

  it('makes up for a report of the start that got lost, not for one that may be on its way', async () => {
    const lost = await make({ scheduledAt: ago(11_000) });
    const onItsWay = await make({ scheduledAt: ago(9_000) });

    await tell(held(lost), held(onItsWay));

    expect(published).toEqual([{ queue: 'started', body: { type: 'started', ...held(lost), nodeId: 'holder' } }]);
  });

  it('is confirmed where the row says the same', async () => {
    await tell(held(await make({ state: 'RUNNING', nodeId: 'holder' })));

    expect(published).toEqual([]);
  });

  it('is asked about without its document, which this coordinator may not be able to read', async () => {
    const job = makeJob({ secrets: { password: 'secret' } });
    const { task } = await store.using({ encryptionKey: 'not configured here' }, (datastore) =>
      storeJob(datastore, { job, task: { env: { PASSWORD: 'secret' }, state: 'CANCELLED' } }),
    );

    expect(await tell(held(task))).toEqual(['ack']);

    expect(published).toEqual([cancel(task)]);
  });

  it('is to be dropped where the row says otherwise', async () => {
    const tasks = [
      await make({ state: 'RUNNING', nodeId: 'another' }),
      await make({ state: 'COMPLETED', nodeId: 'holder' }),
      await make({ state: 'CANCELLED' }),
      await make({ state: 'RUNNING', nodeId: 'holder', attempt: 2 }),
    ];
    const unknown = { id: 'gone' };

    await tell(...tasks.map((task) => held(task)), { taskId: 'gone', jobId: 'gone', attempt: 3 });

    expect(published).toEqual([...tasks.map((task) => cancel(task)), cancel(unknown, 3)]);
  });
});
