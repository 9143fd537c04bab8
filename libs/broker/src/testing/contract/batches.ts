import { eventually } from '@tork/testing';
import { DEAD_LETTER_QUEUE } from '@tork/core';
import type { Delivery, Verdict } from '../../broker';
import type { UnderTest } from '../broker-under-test';
import { newQueue } from '../broker-under-test';
import { Gate, Journal } from '../waiting';

export function batches(underTest: UnderTest): void {
  const publish = (queue: string, ...bodies: unknown[]) =>
    underTest().broker.publish(bodies.map((body) => ({ queue, body })));
  const bodiesOf = (batch: readonly Delivery[]) => batch.map(({ body }) => body);
  const allDone = (batch: readonly Delivery[]) => batch.map((): Verdict => 'ack');
  const settled = (queue: string) =>
    eventually(async () => expect(await underTest().broker.queue(queue)).toMatchObject({ size: 0, unacked: 0 }));

  it('gathers what arrives while a batch is handled, up to the size allowed', async () => {
    const queue = newQueue();
    const gate = new Gate();
    const handled = new Journal<unknown[]>();
    await publish(queue, 'first');
    await underTest().broker.consumeBatches(
      [queue],
      async (batch) => {
        handled.add(bodiesOf(batch));
        if (handled.entries.length === 1) await gate.passed;
        return allDone(batch);
      },
      { maxSize: 4 },
    );
    await handled.reaches(1);

    await publish(queue, 1, 2, 3, 4, 5, 6);
    await eventually(async () => {
      const info = await underTest().broker.queue(queue);
      expect((info?.size ?? 0) + (info?.unacked ?? 0)).toBe(7);
    });
    expect(handled.entries).toEqual([['first']]);
    gate.open();
    await settled(queue);

    expect(handled.entries.flat()).toEqual(['first', 1, 2, 3, 4, 5, 6]);
    expect(handled.entries[1]).toEqual([1, 2, 3, 4]);
  });

  it('takes from several queues, and shows as many consumers as it was told', async () => {
    const [one, two] = [newQueue(), newQueue()];
    const deliveries = new Journal<Delivery>();
    await underTest().broker.consumeBatches(
      [one, two],
      async (batch) => {
        for (const delivery of batch) deliveries.add(delivery);
        return allDone(batch);
      },
      { consumers: { [two]: 3 } },
    );

    await publish(one, 1);
    await publish(two, 2);

    const received = await deliveries.reaches(2);
    expect(received.map(({ queue, body, redelivered }) => ({ queue, body, redelivered }))).toEqual(
      expect.arrayContaining([
        { queue: one, body: 1, redelivered: false },
        { queue: two, body: 2, redelivered: false },
      ]),
    );
    expect(await underTest().broker.queue(one)).toMatchObject({ subscribers: 1 });
    expect(await underTest().broker.queue(two)).toMatchObject({ subscribers: 3 });
  });

  it('carries out a verdict for each delivery', async () => {
    const queue = newQueue();
    const verdicts: Verdict[] = ['ack', 'requeue', 'ack', { deadLetter: 'unheard of' }, 'requeue', 'ack'];
    const deliveries = new Journal<Delivery>();
    await publish(queue, 0, 1, 2, 3, 4, 5);

    await underTest().broker.consumeBatches([queue], async (batch) =>
      batch.map((delivery) => {
        deliveries.add(delivery);
        return delivery.redelivered ? 'ack' : (verdicts[Number(delivery.body)] ?? 'ack');
      }),
    );

    await deliveries.reaches(8);
    await settled(queue);
    const again = deliveries.entries.filter(({ redelivered }) => redelivered).map(({ body }) => body);
    expect(again.toSorted()).toEqual([1, 4]);
    expect(deliveries.entries).toHaveLength(8);
  });

  it('puts a dead letter away as it came', async () => {
    const queue = newQueue();
    const buried = new Journal<unknown>();
    await publish(queue, { poison: queue });

    await underTest().broker.consumeBatches([queue], async (batch) => batch.map(() => ({ deadLetter: 'unheard of' })));

    await settled(queue);
    await underTest().broker.consume(DEAD_LETTER_QUEUE, async ({ body }) => buried.add(body), { concurrency: 1 });
    await eventually(() => expect(buried.entries).toContainEqual({ poison: queue }));
  });

  it('hands out all of a batch again that was not handled, after a pause', async () => {
    const queue = newQueue();
    const attempts = new Journal<number>();
    const deliveries = new Journal<Delivery>();
    await publish(queue, 1, 2, 3);

    await underTest().broker.consumeBatches([queue], async (batch) => {
      attempts.add(performance.now());
      if (batch.some(({ redelivered }) => !redelivered)) throw new Error('not today');
      for (const delivery of batch) deliveries.add(delivery);
      return allDone(batch);
    });

    expect(bodiesOf(await deliveries.reaches(3)).toSorted()).toEqual([1, 2, 3]);
    const [first = 0, second = 0] = attempts.entries;
    expect(second - first).toBeGreaterThan(40);
    await settled(queue);
  });

  it('hands out again what got no verdict', async () => {
    const queue = newQueue();
    const deliveries = new Journal<Delivery>();
    await publish(queue, 1);

    await underTest().broker.consumeBatches([queue], async (batch) => {
      for (const delivery of batch) deliveries.add(delivery);
      return deliveries.entries.length > 1 ? allDone(batch) : [];
    });

    expect(await deliveries.reaches(2)).toMatchObject([{ redelivered: false }, { redelivered: true }]);
    await settled(queue);
  });

  it('closes a subscription when its batch is settled, and leaves the rest to others', async () => {
    const queue = newQueue();
    const gate = new Gate();
    const handled = new Journal<unknown[]>();
    await publish(queue, 1, 2, 3);
    const subscription = await underTest().broker.consumeBatches(
      [queue],
      async (batch) => {
        handled.add(bodiesOf(batch));
        await gate.passed;
        return allDone(batch);
      },
      { maxSize: 1 },
    );
    await handled.reaches(1);

    const closing = Promise.all([subscription.close(), subscription.close()]);
    gate.open();
    await closing;

    await eventually(async () =>
      expect(await underTest().broker.queue(queue)).toMatchObject({ size: 2, unacked: 0, subscribers: 0 }),
    );
    expect(handled.entries).toEqual([[1]]);
  });
}
