import type { Broker } from '@tork/broker';
import { BrokerClosedError } from '@tork/broker';
import { MemoryBroker } from '@tork/broker/memory';
import { DatastoreUnavailableError } from '@tork/datastore';
import type { OutboxRow } from '@tork/datastore';
import { silentLogger } from '@tork/observability';
import { eventually } from '@tork/testing';
import { Outbox } from './outbox';
import { useStore } from './outbox-under-test.fixtures';

const store = useStore();
const log = silentLogger();

/** Takes what is sent to `queue` and returns it. */
async function receive(broker: Broker, queue = 'q'): Promise<unknown[]> {
  const received: unknown[] = [];
  await broker.consume(queue, async ({ body }) => void received.push(body), { concurrency: 1 });
  return received;
}

/** Confirms nothing before it is told to. */
class SlowBroker extends MemoryBroker {
  private confirm = (): void => undefined;
  private readonly confirmed = new Promise<void>((resolve) => (this.confirm = resolve));
  published = 0;

  override async publish(messages: Parameters<Broker['publish']>[0]): Promise<void> {
    this.published += messages.length;
    await this.confirmed;
  }

  release(): void {
    this.confirm();
  }
}

it('publishes committed messages in order, and deletes them once they are confirmed', async () => {
  const broker = new MemoryBroker();
  const outbox = new Outbox({ datastore: store.datastore, broker, log });
  const received = await receive(broker);

  outbox.publish(await store.write({ queue: 'q', body: 1 }, { queue: 'q', body: 2 }));

  await eventually(async () => expect([received, await store.left()]).toEqual([[1, 2], []]));
  await outbox.close();
  await broker.close();
});

it('deletes nothing before the confirm, and takes the confirmed along before it closes', async () => {
  const broker = new SlowBroker();
  const outbox = new Outbox({ datastore: store.datastore, broker, log });
  outbox.publish(await store.write({ queue: 'q', body: 1 }));
  expect(await store.left()).toEqual([1]);

  const closed = outbox.close();
  broker.release();
  await closed;

  expect(await store.left()).toEqual([]);
});

it('leaves to the relay what the broker does not take', async () => {
  const broker = new MemoryBroker();
  await broker.close();
  const outbox = new Outbox({ datastore: store.datastore, broker, log });
  await expect(broker.publish([])).rejects.toThrow(BrokerClosedError);

  outbox.publish(await store.write({ queue: 'q', body: 1 }));
  await outbox.close();

  expect(await store.left()).toEqual([1]);
});

it('holds a message back until it is due', async () => {
  const broker = new MemoryBroker();
  const outbox = new Outbox({ datastore: store.datastore, broker, log });
  const received: number[] = [];
  await broker.consume('q', async () => void received.push(Date.now()), { concurrency: 1 });
  const notBefore = new Date(Date.now() + 200);

  outbox.publish(await store.write({ queue: 'q', body: 'later', notBefore }));

  await eventually(() => expect(received).toHaveLength(1));
  expect(received[0]).toBeGreaterThanOrEqual(notBefore.getTime() - 2); // timers may fire a little early
  await eventually(async () => expect(await store.left()).toEqual([]));
  await outbox.close();
  await broker.close();
});

it('leaves what is due later to the relay of another process when it closes', async () => {
  const broker = new SlowBroker();
  const outbox = new Outbox({ datastore: store.datastore, broker, log });
  outbox.publish(await store.write({ queue: 'q', body: 'later', notBefore: new Date(Date.now() + 60_000) }));

  await outbox.close();
  outbox.publish(await store.write({ queue: 'q', body: 'too late' }));

  expect(broker.published).toBe(0);
  expect(await store.left()).toEqual(['later', 'too late']);
});

it('closes in time although the broker confirms nothing', async () => {
  const broker = new SlowBroker();
  const outbox = new Outbox({ datastore: store.datastore, broker, log });
  outbox.publish(await store.write({ queue: 'q', body: 1 }));

  await outbox.close(10);

  expect(await store.left()).toEqual([1]);
  broker.release();
  await eventually(async () => expect(await store.left()).toEqual([]));
});

it('does not fill the memory while the broker is away', () => {
  const broker = new SlowBroker();
  const outbox = new Outbox({ datastore: store.datastore, broker, log });
  const rows = (count: number) =>
    Array.from({ length: count }, (_, n): OutboxRow => ({ id: `${n}`, queue: 'q', body: n }));

  for (let batch = 0; batch < 30; batch++) outbox.publish(rows(1_000));

  expect(broker.published).toBe(20_000);
});

it('does not mind when confirmed messages cannot be deleted: they are sent again', async () => {
  const broker = new MemoryBroker();
  const away = { deleteOutbox: () => Promise.reject(new DatastoreUnavailableError('away')) };
  const outbox = new Outbox({ datastore: away, broker, log });
  const received = await receive(broker);

  outbox.publish(await store.write({ queue: 'q', body: 1 }));

  await eventually(() => expect(received).toEqual([1]));
  await outbox.close();
  expect(await store.left()).toEqual([1]);
  await broker.close();
});
