import { eventually } from '@tork/testing';
import type { Delivery } from '../../broker';
import type { UnderTest } from '../broker-under-test';
import { newQueue } from '../broker-under-test';
import { Gate, Journal } from '../waiting';

export function privateQueues(underTest: UnderTest): void {
  it('takes its messages one at a time, failed ones again', async () => {
    const queue = `x-${newQueue()}`;
    const gate = new Gate();
    const deliveries = new Journal<Delivery>();
    await underTest().broker.consumePrivate(queue, async (delivery) => {
      deliveries.add(delivery);
      await gate.passed;
      if (delivery.body === 1 && !delivery.redelivered) throw new Error('not today');
    });

    await underTest().broker.publish([1, 2].map((body) => ({ queue, body })));
    await deliveries.reaches(1);
    await eventually(async () =>
      expect(await underTest().broker.queue(queue)).toEqual({ name: queue, size: 1, unacked: 1, subscribers: 1 }),
    );
    gate.open();

    expect(await deliveries.reaches(3)).toMatchObject([{ body: 1 }, { body: 1, redelivered: true }, { body: 2 }]);
  });

  it('is gone with its subscription', async () => {
    const queue = `x-${newQueue()}`;
    const subscription = await underTest().broker.consumePrivate(queue, async () => undefined);
    expect((await underTest().broker.queues()).map(({ name }) => name)).toContain(queue);

    await subscription.close();

    expect(await underTest().broker.queue(queue)).toBeUndefined();
    expect((await underTest().broker.queues()).map(({ name }) => name)).not.toContain(queue);
  });
}
