import { describeDistributedBroker } from '@tork/broker/testing';
import { eventually, tcpProxy, useServices } from '@tork/testing';
import { PostgresBroker } from './postgres.broker';

const services = useServices('postgres');
const log = { debug() {}, info() {}, warn() {}, error() {} };
let schemas = 0;

describeDistributedBroker('PostgresBroker', async () => {
  const { postgres } = services;
  const schema = `broker_${++schemas}`;
  const network = await tcpProxy(postgres.url);
  const broker = new PostgresBroker({ url: network.url, schema, log });
  await broker.start();
  return {
    broker,
    network,
    another: async () => {
      const other = new PostgresBroker({ url: postgres.url, schema, log });
      await other.start();
      return other;
    },
    publishRaw: async (queue, content) => {
      const insert = `INSERT INTO ${schema}.messages (queue, priority, body) VALUES ($1, 0, $2)`;
      await postgres.sql(insert, [queue, content.toString()]);
    },
    stop: () => network.close(),
  };
});

it('carries events that are longer than a notification may be', async () => {
  const broker = new PostgresBroker({ url: services.postgres.url, schema: 'long_events', log });
  await broker.start();
  const received: unknown[] = [];
  await broker.subscribeEvents('job.*', (_topic, payload) => received.push(payload));
  const payloads = [{ text: 'ż'.repeat(50_000) }, { text: 'a'.repeat(21_000) }, {}];

  for (const payload of payloads) await broker.publishEvent('job.completed', payload);

  await eventually(() => expect(received).toEqual(payloads));
  await broker.close();
});

it.each(['Upper', 'a b', '1st', 'x; DROP SCHEMA public', ''])('takes no schema named %j', (schema) => {
  expect(() => new PostgresBroker({ url: services.postgres.url, schema, log })).toThrow('schema: expected');
});
