import { describeDistributedBroker } from '@tork/broker/testing';
import { tcpProxy, useServices } from '@tork/testing';
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
