import { eventually } from '@tork/testing';
import type { UnderTest } from '../broker-under-test';
import { newQueue } from '../broker-under-test';
import { Gate, Journal } from '../waiting';

export function queues(underTest: UnderTest): void {
  const publish = (queue: string, ...bodies: unknown[]) =>
    underTest().broker.publish(bodies.map((body) => ({ queue, body })));

  it('are listed by name', async () => {
    const { broker } = underTest();
    const [one, two] = [newQueue(), newQueue()];
    await publish(two, 1, 2);
    await broker.consume(one, async () => undefined, { concurrency: 2 });
    await broker.consumeBatches(['jobs'], async () => []);

    const listed = await broker.queues();

    expect(listed).toEqual(
      expect.arrayContaining([
        { name: 'jobs', size: 0, subscribers: 1, unacked: 0 },
        { name: one, size: 0, subscribers: 2, unacked: 0 },
        { name: two, size: 2, subscribers: 0, unacked: 0 },
      ]),
    );
    expect(listed.map(({ name }) => name)).toEqual(listed.map(({ name }) => name).toSorted());
  });

  it('are unknown until somebody uses them', async () => {
    expect(await underTest().broker.queue(newQueue())).toBeUndefined();
    expect(await underTest().broker.deleteQueue(newQueue())).toBe(false);
  });

  it('go with their messages when they are deleted, and come back empty', async () => {
    const { broker } = underTest();
    const queue = newQueue();
    await publish(queue, 1, 2);

    expect(await broker.deleteQueue(queue)).toBe(true);

    expect(await broker.queue(queue)).toBeUndefined();
    expect(await broker.deleteQueue(queue)).toBe(false);
    await publish(queue, 3);
    expect(await broker.queue(queue)).toMatchObject({ size: 1 });
  });

  it('are declared again by their consumers when they are deleted', async () => {
    const { broker } = underTest();
    const [single, batched] = [newQueue(), newQueue()];
    const received = new Journal<unknown>();
    await broker.consume(single, async ({ body }) => received.add(body), { concurrency: 2 });
    await broker.consumeBatches([batched], async (batch) =>
      batch.map(({ body }) => {
        received.add(body);
        return 'ack';
      }),
    );

    expect(await broker.deleteQueue(single)).toBe(true);
    expect(await broker.deleteQueue(batched)).toBe(true);

    await eventually(() => broker.health());
    await publish(single, 1, 2);
    await publish(batched, 3);
    expect((await received.reaches(3)).toSorted()).toEqual([1, 2, 3]);
    expect(await broker.queue(single)).toMatchObject({ subscribers: 2 });
    expect(await broker.queue(batched)).toMatchObject({ subscribers: 1 });
  });

  it('do not disturb the handler of a message whose queue is deleted', async () => {
    const { broker } = underTest();
    const queue = newQueue();
    const gate = new Gate();
    const received = new Journal<unknown>();
    await broker.consume(
      queue,
      async ({ body }) => {
        received.add(body);
        if (body === 'long') await gate.passed;
      },
      { concurrency: 1 },
    );
    await publish(queue, 'long');
    await received.reaches(1);

    await broker.deleteQueue(queue);
    await publish(queue, 'next');
    gate.open();

    expect(await received.reaches(2)).toEqual(['long', 'next']);
  });
}
