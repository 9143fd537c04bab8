import { eventually } from '@tork/testing';
import type { Delivery } from '../../broker';
import { BrokerUnavailableError } from '../../errors';
import type { DistributedUnderTest } from '../broker-under-test';
import { newQueue } from '../broker-under-test';
import { Gate, Journal } from '../waiting';

/** What holds while the network between process and broker breaks. */
export function outages(underTest: DistributedUnderTest): void {
  it('loses nothing published while the connection is down', async () => {
    const { broker, network } = underTest();
    const [known, fresh] = [newQueue(), newQueue()];
    const received = new Journal<unknown>();
    await broker.publish([{ queue: known, body: 0 }]);
    await network.refuse();

    const published = broker.publish([
      { queue: known, body: 1 },
      { queue: fresh, body: 2 },
    ]);
    await eventually(() => expect(broker.health()).rejects.toThrow(BrokerUnavailableError));
    await network.resume();
    await published;

    for (const queue of [known, fresh])
      await broker.consume(queue, async ({ body }) => received.add(body), { concurrency: 1 });
    expect((await received.reaches(3)).toSorted()).toEqual([0, 1, 2]);
  });

  it('loses nothing published while connections break again and again', async () => {
    const { broker, network } = underTest();
    const queue = newQueue();
    const received = new Set<unknown>();
    await broker.consumeBatches([queue], async (batch) => {
      for (const { body } of batch) received.add(body);
      return batch.map(() => 'ack');
    });

    const published: Promise<void>[] = [];
    for (let round = 0; round < 5; round++) {
      for (let n = 0; n < 200; n++) published.push(broker.publish([{ queue, body: round * 200 + n }]));
      await published[published.length - 150];
      network.cut();
    }
    await Promise.all(published);

    await eventually(() => expect(received.size).toBe(1_000));
  });

  it('puts every consumer back', async () => {
    const { broker, network } = underTest();
    const [single, batched, own] = [newQueue(), newQueue(), `x-${newQueue()}`];
    const received = new Journal<unknown>();
    await broker.consume(single, async ({ body }) => received.add(body), { concurrency: 2 });
    await broker.consumePrivate(own, async ({ body }) => received.add(body));
    await broker.subscribeEvents('job.*', (topic) => received.add(topic));
    await broker.consumeBatches([batched], async (batch) =>
      batch.map(({ body }) => {
        received.add(body);
        return 'ack';
      }),
    );

    network.cut();
    await eventually(() => expect(broker.health()).rejects.toThrow(BrokerUnavailableError));
    await eventually(() => broker.health());
    await broker.publish([single, batched, own].map((queue) => ({ queue, body: queue })));
    await broker.publishEvent('job.completed', {});

    expect((await received.reaches(4)).toSorted()).toEqual([single, batched, own, 'job.completed'].toSorted());
    expect(await broker.queue(single)).toMatchObject({ subscribers: 2 });
  });

  it('leaves a handler alone whose connection breaks, and its slot taken', async () => {
    const { broker, network } = underTest();
    const queue = newQueue();
    const gate = new Gate();
    const deliveries = new Journal<Delivery>();
    let underWay = 0;
    let most = 0;
    await broker.publish([{ queue, body: 'long' }]);
    await broker.consume(
      queue,
      async (delivery) => {
        most = Math.max(most, ++underWay);
        deliveries.add(delivery);
        if (!delivery.redelivered) await gate.passed;
        await delivery.release();
        underWay--;
      },
      { concurrency: 1 },
    );
    await deliveries.reaches(1);

    network.cut();
    await eventually(() => expect(broker.health()).rejects.toThrow(BrokerUnavailableError));
    await eventually(() => broker.health());
    expect(await broker.queue(queue)).toMatchObject({ size: 1, unacked: 0 });
    gate.open();

    expect(await deliveries.reaches(2)).toMatchObject([{ redelivered: false }, { redelivered: true }]);
    await eventually(async () => expect(await broker.queue(queue)).toMatchObject({ size: 0, unacked: 0 }));
    expect(most).toBe(1);
  });

  it('gets back a batch whose connection broke', async () => {
    const { broker, network } = underTest();
    const queue = newQueue();
    const gate = new Gate();
    const deliveries = new Journal<Delivery>();
    await broker.publish([{ queue, body: 1 }]);
    await broker.consumeBatches([queue], async (batch) => {
      for (const delivery of batch) deliveries.add(delivery);
      if (deliveries.entries.length === 1) await gate.passed;
      return batch.map(() => 'ack');
    });
    await deliveries.reaches(1);

    network.cut();
    await eventually(() => expect(broker.health()).rejects.toThrow(BrokerUnavailableError));
    await eventually(() => broker.health());
    gate.open();

    expect(await deliveries.reaches(2)).toMatchObject([{ redelivered: false }, { redelivered: true }]);
    await eventually(async () => expect(await broker.queue(queue)).toMatchObject({ size: 0, unacked: 0 }));
  });

  it('closes while the broker is away', async () => {
    const { broker, network } = underTest();
    const queue = newQueue();
    await broker.consume(queue, async () => undefined, { concurrency: 1 });
    await network.refuse();

    await broker.close();

    await network.resume();
  });
}
