import { useServices } from '@tork/testing';
import { MessageRefusedError } from '../errors';
import { Journal } from '../testing/waiting';
import { RabbitmqBroker } from './rabbitmq.broker';

const services = useServices('rabbitmq');
let broker: RabbitmqBroker;

beforeEach(() => {
  broker = new RabbitmqBroker({ url: services.rabbitmq.url });
});
afterEach(() => broker.close());

it('waits with messages that the broker does not take for now', async () => {
  const { manage, name } = services.rabbitmq;
  await manage('PUT', `policies/${name}/full`, {
    pattern: '^narrow$',
    'apply-to': 'queues',
    definition: { 'max-length': 1, overflow: 'reject-publish' },
  });
  await broker.start();
  const received = new Journal<unknown>();
  await broker.publish([{ queue: 'narrow', body: 1 }]);

  const published = Promise.all([2, 3, 4].map((body) => broker.publish([{ queue: 'narrow', body }])));
  await broker.consume('narrow', async ({ body }) => received.add(body), { concurrency: 1 });
  await published;

  expect((await received.reaches(4)).toSorted()).toEqual([1, 2, 3, 4]);
});

it('rejects messages that the broker refuses, and goes on', async () => {
  const { manage, name, url } = services.rabbitmq;
  const user = decodeURIComponent(new URL(url).username) || 'guest';
  const permit = (write: string) =>
    manage('PUT', `permissions/${name}/${encodeURIComponent(user)}`, { configure: '.*', read: '.*', write });
  await permit('^(?!amq\\.default$).*$');
  await broker.start();

  const calls = await Promise.allSettled([1, 2, 3].map((body) => broker.publish([{ queue: 'refused', body }])));
  await permit('.*');
  await broker.publish([{ queue: 'refused', body: 4 }]);

  for (const call of calls) {
    expect(call).toMatchObject({ status: 'rejected', reason: expect.any(MessageRefusedError) });
    expect(String((call as PromiseRejectedResult).reason.message)).toMatch(
      /^the broker refused a message of 1 bytes for queue refused: access to exchange .*refused/,
    );
  }
  expect(await broker.queue('refused')).toMatchObject({ size: 1 });
});

it('sends each message once while nothing breaks', async () => {
  await broker.start();
  const bodies = Array.from({ length: 5_000 }, (_, n) => n);

  await Promise.all(bodies.map((body) => broker.publish([{ queue: 'once', body }])));

  expect(await broker.queue('once')).toMatchObject({ size: 5_000 });
});
