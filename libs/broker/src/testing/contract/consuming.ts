import { eventually } from '@tork/testing';
import type { HeldDelivery } from '../../broker';
import type { UnderTest } from '../broker-under-test';
import { newQueue } from '../broker-under-test';
import { Gate, Journal } from '../waiting';

export function consuming(underTest: UnderTest): void {
  const publish = (queue: string, ...bodies: unknown[]) =>
    underTest().broker.publish(bodies.map((body) => ({ queue, body })));

  it('has as many under way as `concurrency` says, and no more', async () => {
    const queue = newQueue();
    const gate = new Gate();
    const begun = new Journal<unknown>();
    const ended = new Journal<unknown>();
    await publish(queue, ...Array.from({ length: 10 }, (_, n) => n));

    await underTest().broker.consume(
      queue,
      async ({ body }) => {
        begun.add(body);
        await gate.passed;
        ended.add(body);
      },
      { concurrency: 3 },
    );
    await begun.reaches(3);
    await eventually(async () =>
      expect(await underTest().broker.queue(queue)).toMatchObject({ size: 7, unacked: 3, subscribers: 3 }),
    );

    expect(begun.entries).toHaveLength(3);
    gate.open();
    expect((await ended.reaches(10)).toSorted()).toEqual(Array.from({ length: 10 }, (_, n) => n));
  });

  it('says where a message comes from, and that it is new', async () => {
    const queue = newQueue();
    const deliveries = new Journal<HeldDelivery>();
    await publish(queue, 'a');

    await underTest().broker.consume(queue, async (delivery) => deliveries.add(delivery), { concurrency: 1 });

    expect(await deliveries.reaches(1)).toMatchObject([{ queue, body: 'a', redelivered: false }]);
  });

  it('hands out again what a handler did not finish, and says so', async () => {
    const queue = newQueue();
    const deliveries = new Journal<HeldDelivery>();
    await publish(queue, 'a');

    await underTest().broker.consume(
      queue,
      async (delivery) => {
        deliveries.add(delivery);
        if (!delivery.redelivered) throw new Error('not today');
      },
      { concurrency: 1 },
    );

    expect(await deliveries.reaches(2)).toMatchObject([{ redelivered: false }, { body: 'a', redelivered: true }]);
    await eventually(async () => expect(await underTest().broker.queue(queue)).toMatchObject({ size: 0, unacked: 0 }));
  });

  it('leaves pauses before a message that keeps failing, and lets others pass', async () => {
    const queue = newQueue();
    const attempts = new Journal<number>();
    const passed = new Journal<unknown>();
    await underTest().broker.consume(
      queue,
      async ({ body }) => {
        if (body !== 'bad') return passed.add(body);
        attempts.add(performance.now());
        throw new Error('never');
      },
      { concurrency: 2 },
    );

    await publish(queue, 'bad', ...Array.from({ length: 20 }, (_, n) => n));

    expect(await passed.reaches(20)).toHaveLength(20);
    const times = await attempts.reaches(4);
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThan(40);
  });

  it('forgets a released message, but keeps its slot taken until the handler ends', async () => {
    const queue = newQueue();
    const gate = new Gate();
    const begun = new Journal<unknown>();
    const released = new Gate();
    await publish(queue, 'long', 'next');

    await underTest().broker.consume(
      queue,
      async (delivery) => {
        begun.add(delivery.body);
        if (delivery.body !== 'long') return;
        await delivery.release();
        await delivery.release();
        released.open();
        await gate.passed;
      },
      { concurrency: 1 },
    );
    await released.passed;

    await eventually(async () => expect(await underTest().broker.queue(queue)).toMatchObject({ size: 1, unacked: 0 }));
    expect(begun.entries).toEqual(['long']);
    gate.open();
    expect(await begun.reaches(2)).toEqual(['long', 'next']);
  });

  it('does not hand out again what was released, even if its handler fails', async () => {
    const queue = newQueue();
    const begun = new Journal<unknown>();
    await publish(queue, 'long', 'next');

    await underTest().broker.consume(
      queue,
      async (delivery) => {
        begun.add(delivery.body);
        if (delivery.body !== 'long') return;
        await delivery.release();
        throw new Error('too late');
      },
      { concurrency: 1 },
    );

    expect(await begun.reaches(2)).toEqual(['long', 'next']);
    await eventually(async () => expect(await underTest().broker.queue(queue)).toMatchObject({ size: 0, unacked: 0 }));
  });

  it('spreads a queue over its subscriptions', async () => {
    const queue = newQueue();
    const gate = new Gate();
    const begun = new Journal<string>();
    const consume = (name: string) =>
      underTest().broker.consume(
        queue,
        async () => {
          begun.add(name);
          await gate.passed;
        },
        { concurrency: 1 },
      );
    await consume('one');
    await consume('two');

    await publish(queue, 1, 2);

    expect((await begun.reaches(2)).toSorted()).toEqual(['one', 'two']);
    gate.open();
  });

  it('closes a subscription when its handler has ended, and leaves the rest to others', async () => {
    const queue = newQueue();
    const gate = new Gate();
    const begun = new Journal<unknown>();
    await publish(queue, 1, 2);
    const subscription = await underTest().broker.consume(
      queue,
      async ({ body }) => {
        begun.add(body);
        await gate.passed;
      },
      { concurrency: 1 },
    );
    await begun.reaches(1);

    let closed = false;
    const closing = Promise.all([subscription.close(), subscription.close()]).then(() => (closed = true));
    await eventually(async () => expect(await underTest().broker.queue(queue)).toMatchObject({ subscribers: 0 }));
    expect(closed).toBe(false);
    gate.open();
    await closing;

    await eventually(async () =>
      expect(await underTest().broker.queue(queue)).toMatchObject({ size: 1, unacked: 0, subscribers: 0 }),
    );
    expect(begun.entries).toEqual([1]);
  });
}
