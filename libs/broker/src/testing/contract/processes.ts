import { DEAD_LETTER_QUEUE } from '@tork/core';
import { eventually } from '@tork/testing';
import type { DistributedUnderTest } from '../broker-under-test';
import { newQueue } from '../broker-under-test';
import { Gate, Journal } from '../waiting';

/** What processes see of one another through their brokers. */
export function processes(underTest: DistributedUnderTest): void {
  it('reach each other by events', async () => {
    const { another, broker } = underTest();
    const other = await another();
    const topics = new Journal<string>();
    await other.subscribeEvents('job.*', (topic) => topics.add(topic));

    await broker.publishEvent('job.completed', {});

    expect(await topics.reaches(1)).toEqual(['job.completed']);
    await other.close();
  });

  it('show each other their queues', async () => {
    const { another, broker } = underTest();
    const other = await another();
    const gate = new Gate();
    const [queue, own] = [newQueue(), `x-${newQueue()}`];
    const received = new Journal<unknown>();
    const hold = async ({ body }: { body: unknown }) => {
      received.add(body);
      await gate.passed;
    };
    await other.consume(queue, hold, { concurrency: 2 });
    await other.consumePrivate(own, hold);
    await broker.publish([queue, queue, queue, own, own].map((name, body) => ({ queue: name, body })));
    await received.reaches(3);

    await eventually(async () => {
      expect(await broker.queues()).toEqual(
        expect.arrayContaining([
          { name: queue, size: 1, subscribers: 2, unacked: 2 },
          { name: own, size: 1, subscribers: 1, unacked: 1 },
        ]),
      );
    });
    expect(await broker.queue(own)).toEqual({ name: own, size: 1, subscribers: 1, unacked: 1 });
    gate.open();
    await other.close();
    expect(await broker.queue(own)).toBeUndefined();
  });

  it('leave to others what they published last, and what they did not take', async () => {
    const { another, broker } = underTest();
    const [queue, results] = [newQueue(), newQueue()];
    const gate = new Gate();
    const begun = new Journal<unknown>();
    await broker.publish([1, 2].map((body) => ({ queue, body })));
    await broker.consume(
      queue,
      async ({ body }) => {
        begun.add(body);
        await gate.passed;
        await broker.publish([{ queue: results, body: 'result' }]);
      },
      { concurrency: 1 },
    );
    await begun.reaches(1);

    const closed = broker.close();
    gate.open();
    await closed;

    const other = await another();
    expect(await other.queue(results)).toMatchObject({ size: 1 });
    expect(await other.queue(queue)).toMatchObject({ size: 1, unacked: 0, subscribers: 0 });
    await other.close();
  });

  it('puts what is no JSON with the dead letters, and its neighbours get through', async () => {
    const { broker, publishRaw } = underTest();
    const queue = newQueue();
    const deliveries = new Journal<unknown>();
    const buried = new Journal<unknown>();
    await broker.publish([{ queue, body: 1 }]);
    await publishRaw(queue, Buffer.from('{not json'));
    await broker.publish([{ queue, body: 2 }]);

    await broker.consumeBatches([queue], async (batch) => {
      for (const { body } of batch) deliveries.add(body);
      return batch.map(() => 'ack');
    });

    expect(await deliveries.reaches(2)).toEqual([1, 2]);
    await broker.consume(DEAD_LETTER_QUEUE, async ({ body }) => buried.add(body), { concurrency: 1 });
    await eventually(() => expect(buried.entries).toContain('{not json'));
    await eventually(async () => expect(await broker.queue(queue)).toMatchObject({ size: 0, unacked: 0 }));
  });
}
