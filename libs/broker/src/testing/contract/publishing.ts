import { MessageEncodingError } from '../../errors';
import type { UnderTest } from '../broker-under-test';
import { newQueue } from '../broker-under-test';
import { Journal } from '../waiting';

export function publishing(underTest: UnderTest): void {
  const received = async (queue: string, count: number): Promise<unknown[]> => {
    const bodies = new Journal<unknown>();
    await underTest().broker.consume(queue, async ({ body }) => bodies.add(body), { concurrency: 1 });
    return bodies.reaches(count);
  };

  it('keeps what is published before anybody consumes', async () => {
    const queue = newQueue();

    await underTest().broker.publish([{ queue, body: { n: 1 } }]);

    expect(await received(queue, 1)).toEqual([{ n: 1 }]);
  });

  it('keeps the order within a queue, over one call and many', async () => {
    const queue = newQueue();
    const numbers = Array.from({ length: 200 }, (_, n) => n);

    await underTest().broker.publish(numbers.slice(0, 100).map((body) => ({ queue, body })));
    await Promise.all(numbers.slice(100).map((body) => underTest().broker.publish([{ queue, body }])));

    expect(await received(queue, 200)).toEqual(numbers);
  });

  it('hands out higher priorities first, and none last', async () => {
    const queue = newQueue();
    const priorities = [undefined, 9, 5, 0, 9];

    await underTest().broker.publish(priorities.map((priority, n) => ({ queue, body: n, priority })));

    expect(await received(queue, 5)).toEqual([1, 4, 2, 0, 3]);
  });

  it('carries bodies as JSON', async () => {
    const queue = newQueue();
    const body = { at: new Date(0), absent: undefined, text: 'żółć \u0000 \u2028 🚀', list: [null, 1.5, undefined] };

    await underTest().broker.publish([{ queue, body }]);

    expect(await received(queue, 1)).toEqual([
      { at: '1970-01-01T00:00:00.000Z', text: body.text, list: [null, 1.5, null] },
    ]);
  });

  it('carries bodies of some megabytes', async () => {
    const queue = newQueue();
    const body = 'x'.repeat(3 * 1024 * 1024);

    await underTest().broker.publish([{ queue, body }]);

    expect(await received(queue, 1)).toEqual([body]);
  });

  it('does not see what the publisher changes later', async () => {
    const queue = newQueue();
    const body = { n: 1 };

    const published = underTest().broker.publish([{ queue, body }]);
    body.n = 2;
    await published;

    expect(await received(queue, 1)).toEqual([{ n: 1 }]);
  });

  it('reaches several queues in one call', async () => {
    const [one, two] = [newQueue(), newQueue()];

    await underTest().broker.publish([
      { queue: one, body: 1 },
      { queue: two, body: 2 },
    ]);

    expect([await received(one, 1), await received(two, 1)]).toEqual([[1], [2]]);
  });

  it('sends nothing of a call with a body that is not JSON', async () => {
    const queue = newQueue();

    const messages = [
      { queue, body: 1 },
      { queue, body: 10n },
    ];

    await expect(underTest().broker.publish(messages)).rejects.toThrow(MessageEncodingError);
    await expect(underTest().broker.publish([{ queue, body: undefined }])).rejects.toThrow(MessageEncodingError);
    expect(await underTest().broker.queue(queue)).toBeUndefined();
  });

  it('has nothing to do for no messages', async () => {
    await underTest().broker.publish([]);
  });

  it('drops what is sent to a private queue that is gone, and goes on', async () => {
    const gone = `x-${newQueue()}`;
    const queue = newQueue();

    await underTest().broker.publish([
      { queue: gone, body: 1 },
      { queue, body: 2 },
    ]);

    expect(await received(queue, 1)).toEqual([2]);
    expect(await underTest().broker.queue(gone)).toBeUndefined();
  });
}
