import { eventually } from '@tork/testing';
import type { Broker, Delivery, HeldDelivery } from '../broker';
import { MemoryBroker } from '../memory/memory.broker';
import { describeBroker } from '../testing';
import { newQueue } from '../testing/broker-under-test';
import { isSealed } from './envelope';
import type { Seal } from './envelope';
import { SealedBroker } from './sealed.broker';

/** Turns texts around: that is as unreadable as it has to be here. */
const sealWith = (key: string): Seal => ({
  encrypts: key !== '',
  seal: (text) => key + Buffer.from(text).toString('base64'),
  open: (text) =>
    key !== '' && text.startsWith(key) ? Buffer.from(text.slice(key.length), 'base64').toString() : undefined,
});

describeBroker('a sealed MemoryBroker', async () => {
  const broker = new SealedBroker(new MemoryBroker(), sealWith('key'), { error: () => undefined });
  await broker.start();
  return { broker, stop: async () => undefined };
});

const SECRET = 'hidden-value';
const hidden = { id: 'task', jobId: 'job', attempt: 2, env: { A: SECRET }, hidden: [SECRET] };

describe('a message', () => {
  let inner: MemoryBroker;
  const complaints: string[] = [];
  const keyed = (key: string): Broker =>
    new SealedBroker(inner, sealWith(key), { error: (_, message) => void complaints.push(message) });
  beforeEach(async () => {
    complaints.length = 0;
    inner = new MemoryBroker();
    await inner.start();
  });
  afterEach(() => inner.close());

  const bodies = async (from: Broker, queue: string, count = 1) => {
    const taken: unknown[] = [];
    const subscription = await from.consume(queue, async ({ body }) => void taken.push(body), { concurrency: 1 });
    await eventually(() => expect(taken).toHaveLength(count));
    await subscription.close();
    return taken;
  };

  it.each([newQueue(), 'completed', 'error', 'logs', 'x-dead-letters'])(
    'to %s cannot be read on its way',
    async (queue) => {
      await keyed('key').publish([{ queue, body: hidden }]);

      const [onTheWay] = await bodies(inner, queue);

      expect(onTheWay).toEqual({ id: 'task', jobId: 'job', attempt: 2, sealed: expect.any(String) });
      expect(JSON.stringify(onTheWay)).not.toContain(SECRET);
      await keyed('key').publish([{ queue, body: hidden }]);
      expect(await bodies(keyed('key'), queue)).toEqual([hidden]);
    },
  );

  it('without texts travels as it is, and so do all without a key', async () => {
    const queue = newQueue();
    await keyed('key').publish([{ queue: 'started', body: { type: 'started', taskId: 'task' } }]);
    await keyed('').publish([{ queue, body: hidden }]);

    expect(await bodies(inner, 'started')).toEqual([{ type: 'started', taskId: 'task' }]);
    expect(await bodies(keyed('key'), queue)).toEqual([hidden]);
  });

  it.each(['', 'another'])('that the key %p does not open is handed out as it is', async (key) => {
    const queue = newQueue();
    await keyed('key').publish([
      { queue, body: hidden },
      { queue, body: hidden },
    ]);

    const taken = await bodies(keyed(key), queue, 2);

    expect(taken.every(isSealed)).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('of a batch that cannot be opened waits for somebody who can; the others are handled', async () => {
    const seen: unknown[] = [];
    const take = async (batch: readonly Delivery[]) => batch.map(({ body }) => (seen.push(body), 'ack' as const));
    await keyed('key').publish([{ queue: 'completed', body: { taskId: 'sealed', result: SECRET } }]);
    await inner.publish([{ queue: 'completed', body: { taskId: 'plain' } }]);

    const keyless = await keyed('').consumeBatches(['completed'], take);
    await eventually(() => expect(seen).toEqual([{ taskId: 'plain' }]));
    await keyless.close();
    expect(complaints).toEqual([expect.stringContaining('datastore.encryption.key does not open them')]);
    const subscription = await keyed('key').consumeBatches(['completed'], take);

    await eventually(() => expect(seen).toEqual([{ taskId: 'plain' }, { taskId: 'sealed', result: SECRET }]));
    await subscription.close();
  });

  it('can be released while it is handled', async () => {
    const queue = newQueue();
    const broker = keyed('key');
    let held: HeldDelivery | undefined;
    await broker.publish([{ queue, body: hidden }]);
    const end = new AbortController();
    const subscription = await broker.consume(
      queue,
      (delivery) => {
        held = delivery;
        return new Promise((resolve) => end.signal.addEventListener('abort', () => resolve()));
      },
      { concurrency: 1 },
    );
    await eventually(() => expect(held?.body).toEqual(hidden));

    await held?.release();

    expect(await inner.queue(queue)).toMatchObject({ size: 0, unacked: 0 });
    end.abort();
    await subscription.close();
  });
});
