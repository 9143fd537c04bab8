import { connect } from 'amqplib';
import type { Channel } from 'amqplib';
import { DEAD_LETTER_QUEUE } from '@tork/core';
import { eventually, useServices } from '@tork/testing';
import { QueueMismatchError } from '../errors';
import { Journal } from '../testing/waiting';
import { RabbitmqBroker } from './rabbitmq.broker';
import type { RabbitmqBrokerOptions } from './options';

const services = useServices('rabbitmq');
const opened: RabbitmqBroker[] = [];

async function started(options: Partial<RabbitmqBrokerOptions> = {}): Promise<RabbitmqBroker> {
  const broker = new RabbitmqBroker({ url: services.rabbitmq.url, ...options });
  opened.push(broker);
  await broker.start();
  return broker;
}

/** Does something to RabbitMQ that the port does not offer. */
async function past<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
  const connection = await connect(services.rabbitmq.url, { noDelay: true });
  try {
    return await work(await connection.createChannel());
  } finally {
    await connection.close();
  }
}

interface DeclaredQueue {
  durable: boolean;
  exclusive: boolean;
  arguments: Record<string, unknown>;
}
const declared = (name: string) =>
  services.rabbitmq.manage('GET', `queues/${services.rabbitmq.name}/${name}`) as Promise<DeclaredQueue>;

afterEach(async () => {
  await Promise.all(opened.splice(0).map((broker) => broker.close()));
});

describe('the form of queues', () => {
  it('is that of Tork 0.1.153 with durable queues', async () => {
    const broker = await started();
    const node = 'x-node';
    await broker.publish([{ queue: 'gpu', body: 1 }]);
    await broker.consumeBatches(['jobs', 'heartbeat'], async () => []);
    await broker.consumePrivate(node, async () => undefined);

    const common = { 'x-consumer-timeout': 1_800_000, 'x-queue-type': 'classic' };
    expect(await declared('gpu')).toMatchObject({ durable: true, arguments: { ...common, 'x-max-priority': 9 } });
    expect((await declared('jobs')).arguments).toEqual(common);
    expect((await declared('heartbeat')).arguments).toEqual({ ...common, 'x-message-ttl': 60_000 });
    expect(await declared(node)).toMatchObject({ durable: false, exclusive: true });
  });

  it('follows the configuration', async () => {
    const broker = await started({ queues: { durable: false, type: 'classic', consumerTimeoutMs: 60_000 } });

    await broker.publish([{ queue: 'transient', body: 1 }]);

    expect(await declared('transient')).toMatchObject({
      durable: false,
      arguments: { 'x-consumer-timeout': 60_000, 'x-queue-type': 'classic', 'x-max-priority': 9 },
    });
  });

  it('may be that of quorum queues', async () => {
    const broker = await started({ queues: { type: 'quorum' } });
    const single = new Journal<unknown>();
    const batched = new Journal<unknown>();
    await broker.publish([
      { queue: 'quorum-single', body: 1, priority: 5 },
      { queue: 'quorum-batched', body: 2 },
    ]);

    await broker.consume('quorum-single', async ({ body }) => single.add(body), { concurrency: 2 });
    await broker.consumeBatches(['quorum-batched'], async (batch) =>
      batch.map(({ body, redelivered }) => {
        batched.add(body);
        return redelivered ? { deadLetter: 'enough' } : 'requeue';
      }),
    );

    expect(await single.reaches(1)).toEqual([1]);
    expect(await batched.reaches(2)).toEqual([2, 2]);
    await eventually(async () => expect(await broker.queue(DEAD_LETTER_QUEUE)).toMatchObject({ size: 1 }));
    expect(await declared('quorum-single')).toMatchObject({ durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await broker.deleteQueue(DEAD_LETTER_QUEUE); // the other tests have it classic
  });
});

describe('a queue that exists in another form', () => {
  const mismatch = /queue taken exists in another form: .*'durable'.*received 'true' but current is 'false'.*delete/s;

  it('is refused with a text that says what to do, and nothing else suffers', async () => {
    const broker = await started();
    const received = new Journal<unknown>();
    await broker.consume('healthy', async ({ body }) => received.add(body), { concurrency: 1 });
    await past((channel) => channel.assertQueue('taken', { durable: false }));

    await expect(broker.publish([{ queue: 'taken', body: 1 }])).rejects.toThrow(mismatch);
    await expect(broker.publish([{ queue: 'taken', body: 1 }])).rejects.toThrow(QueueMismatchError);
    await expect(broker.consume('taken', async () => undefined, { concurrency: 1 })).rejects.toThrow(mismatch);
    await expect(broker.consumeBatches(['fine', 'taken'], async () => [])).rejects.toThrow(mismatch);

    await broker.health();
    await broker.publish([{ queue: 'healthy', body: 2 }]);
    expect(await received.reaches(1)).toEqual([2]);
  });

  it('may be deleted, and then works', async () => {
    const broker = await started();
    await past((channel) => channel.assertQueue('mended', { durable: false }));
    await expect(broker.publish([{ queue: 'mended', body: 1 }])).rejects.toThrow(QueueMismatchError);

    await broker.deleteQueue('mended');
    await broker.publish([{ queue: 'mended', body: 2 }]);

    expect(await broker.queue('mended')).toMatchObject({ size: 1 });
  });

  it('may be the private queue of another process', async () => {
    const [one, other] = [await started(), await started()];
    await one.consumePrivate('x-shared-by-mistake', async () => undefined);

    await expect(other.consumePrivate('x-shared-by-mistake', async () => undefined)).rejects.toThrow(
      QueueMismatchError,
    );
  });
});

describe('a queue that somebody else deleted', () => {
  it('is declared again by the next publish', async () => {
    const broker = await started();
    await broker.publish([{ queue: 'vanishing', body: 1 }]);
    await past((channel) => channel.deleteQueue('vanishing'));

    await Promise.all([2, 3, 4].map((body) => broker.publish([{ queue: 'vanishing', body }])));

    expect(await broker.queue('vanishing')).toMatchObject({ size: 3 });
  });

  it('is declared again by the next subscription', async () => {
    const broker = await started();
    const first = await broker.consume('reopened', async () => undefined, { concurrency: 1 });
    await first.close();
    await past((channel) => channel.deleteQueue('reopened'));

    await broker.consume('reopened', async () => undefined, { concurrency: 1 });

    expect(await broker.queue('reopened')).toMatchObject({ subscribers: 1 });
  });
});

describe('a dead letter', () => {
  it('keeps its bytes, and says why and whence in headers', async () => {
    const broker = await started();
    await broker.publish([{ queue: 'source', body: { n: 1 } }]);
    await broker.consumeBatches(['source'], async (batch) => batch.map(() => ({ deadLetter: 'unheard of' })));
    await eventually(async () => expect(await broker.queue(DEAD_LETTER_QUEUE)).toMatchObject({ size: 1 }));

    const letter = await past((channel) => channel.get(DEAD_LETTER_QUEUE, { noAck: true }));

    if (!letter) throw new Error('no dead letter');
    expect(letter.content.toString()).toBe('{"n":1}');
    expect(letter.properties).toMatchObject({
      contentType: 'application/json',
      deliveryMode: 2,
      headers: { 'x-tork-reason': 'unheard of', 'x-tork-queue': 'source' },
    });
    expect(Date.parse(String(letter.properties.headers?.['x-tork-at']))).toBeGreaterThan(Date.now() - 60_000);
  });

  it('is made of what is no JSON in a queue consumed one by one, too', async () => {
    const broker = await started();
    const received = new Journal<unknown>();
    await broker.consume('mixed', async ({ body }) => received.add(body), { concurrency: 1 });

    await past(async (channel) => {
      channel.sendToQueue('mixed', Buffer.from('{broken'));
      channel.sendToQueue('mixed', Buffer.from('"fine"'));
      await channel.checkQueue('mixed');
    });

    expect(await received.reaches(1)).toEqual(['fine']);
    await eventually(async () => expect(await broker.queue(DEAD_LETTER_QUEUE)).toMatchObject({ size: 1 }));
  });
});
