import type { Broker } from '@tork/broker';
import { BrokerClosedError, MessageRefusedError, QueueMismatchError } from '@tork/broker';
import { MemoryBroker } from '@tork/broker/memory';
import { RabbitmqBroker } from '@tork/broker/rabbitmq';
import type { OutgoingMessage } from '@tork/core';
import { silentLogger } from '@tork/observability';
import { eventually, useServices } from '@tork/testing';
import { useStore } from './outbox-under-test.fixtures';
import { OutboxRelay } from './relay';
import type { OutboxRelayOptions } from './relay';

const store = useStore();
const services = useServices('rabbitmq');

const makeRelay = (broker: Pick<Broker, 'publish'>, options: Partial<OutboxRelayOptions> = {}) =>
  new OutboxRelay({ datastore: store.datastore, broker, log: silentLogger(), olderThanMs: 0, ...options });
const messages = (queue: string, ...bodies: unknown[]): OutgoingMessage[] => bodies.map((body) => ({ queue, body }));

/** Refuses what `refuses` says, and keeps what it took. */
class PickyBroker extends MemoryBroker {
  readonly taken: unknown[] = [];

  constructor(private readonly refuses: (message: OutgoingMessage) => Error | undefined) {
    super();
  }

  override async publish(batch: readonly OutgoingMessage[]): Promise<void> {
    for (const message of batch) {
      const refusal = this.refuses(message);
      if (refusal) throw refusal;
    }
    this.taken.push(...batch.map(({ body }) => body));
  }
}

it('sends what its writer forgot, in order and in transactions of bounded size', async () => {
  await store.write(...messages('q', 1, 2, 3, 4, 5));
  const broker = new PickyBroker(() => undefined);

  expect(await makeRelay(broker, { limit: 2 }).sweep()).toBe(5);

  expect(broker.taken).toEqual([1, 2, 3, 4, 5]);
  expect(await store.left()).toEqual([]);
});

it('leaves alone what is young or not due', async () => {
  await store.write(...messages('q', 'young'));
  expect(await makeRelay(new PickyBroker(() => undefined), { olderThanMs: 60_000 }).sweep()).toBe(0);

  await store.write({ queue: 'q', body: 'later', notBefore: new Date(Date.now() + 60_000) });
  expect(await makeRelay(new PickyBroker(() => undefined)).sweep()).toBe(1);
  expect(await store.left()).toEqual(['later']);
});

it('sends each message once, however many relays there are', async () => {
  await store.write(...messages('q', ...Array.from({ length: 200 }, (_, n) => n)));
  const broker = new PickyBroker(() => undefined);
  const relays = Array.from({ length: 4 }, () => makeRelay(broker, { limit: 10 }));

  await Promise.all(relays.map((relay) => relay.sweep()));
  await relays[0]!.sweep(); // what one of them held when another came by

  expect(broker.taken.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 200 }, (_, n) => n));
});

it('is held up by no message that the broker never takes', async () => {
  await store.write(...messages('q', 1, 'huge', 2), ...messages('other', 3));
  const broker = new PickyBroker(({ body }) =>
    body === 'huge' ? new MessageRefusedError('q', 1e9, 'larger than allowed') : undefined,
  );

  await makeRelay(broker).sweep();

  expect(broker.taken.sort()).toEqual([1, 2, 3]);
  expect(await store.left()).toEqual([]);
});

it('is held up by no queue that is of another form, however many messages it gets', async () => {
  await store.write(...messages('odd', 1, 2, 3, 4, 5), ...messages('even', 6));
  const odd = new QueueMismatchError('odd', 'durable');
  const broker = new PickyBroker(({ queue }) => (queue === 'odd' ? odd : undefined));

  await makeRelay(broker, { limit: 2 }).sweep();

  expect(broker.taken).toEqual([6]);
  expect(await store.left()).toEqual([1, 2, 3, 4, 5]);
});

it('does the same with RabbitMQ itself', async () => {
  const { url } = services.rabbitmq;
  const transient = new RabbitmqBroker({ url, queues: { durable: false } });
  await transient.start();
  await (await transient.consume('odd', async () => undefined, { concurrency: 1 })).close();
  await transient.close();
  const broker = new RabbitmqBroker({ url });
  await broker.start();
  await store.write(...messages('odd', 1), ...messages('even', 2));

  await makeRelay(broker).sweep();

  const even = await broker.queue('even');
  await broker.close();
  expect(even!.size).toBeGreaterThanOrEqual(1); // twice, where the two went out together at first
  expect(await store.left()).toEqual([1]);
});

it('keeps everything when the broker goes', async () => {
  await store.write(...messages('q', 1));

  await expect(makeRelay(new PickyBroker(() => new BrokerClosedError())).sweep()).rejects.toThrow(BrokerClosedError);

  expect(await store.left()).toEqual([1]);
});

it('sends nothing on top of what the broker has not confirmed, and deletes it when that is confirmed late', async () => {
  await store.write(...messages('q', 1, 2));
  let confirm = (): void => undefined;
  const confirmed = new Promise<void>((resolve) => (confirm = resolve));
  const published: number[] = [];
  const relay = makeRelay({ publish: (batch) => (published.push(batch.length), confirmed) }, { confirmTimeoutMs: 20 });

  await expect(relay.sweep()).rejects.toThrow('no confirm from the broker within 20 ms');
  expect(await store.left()).toEqual([1, 2]);
  expect(await relay.sweep()).toBe(0);
  expect(published).toEqual([2]);

  confirm();
  await eventually(async () => expect(await store.left()).toEqual([]));
  await store.write(...messages('q', 3));
  expect(await relay.sweep()).toBe(1);
});
