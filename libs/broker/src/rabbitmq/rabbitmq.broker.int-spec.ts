import { connect } from 'amqplib';
import { tcpProxy, useServices } from '@tork/testing';
import { describeDistributedBroker } from '../testing';
import { RabbitmqBroker } from './rabbitmq.broker';

const services = useServices('rabbitmq');

jest.setTimeout(20_000);

describeDistributedBroker('RabbitmqBroker', async () => {
  const { managementUrl, url } = services.rabbitmq;
  const proxy = await tcpProxy(url);
  const started = async (through: string) => {
    const broker = new RabbitmqBroker({ url: through, managementUrl, closeTimeoutMs: 1_000 });
    await broker.start();
    return broker;
  };
  return {
    broker: await started(proxy.url),
    another: () => started(url),
    publishRaw: async (queue, content) => {
      const connection = await connect(url, { noDelay: true });
      const channel = await connection.createConfirmChannel();
      channel.sendToQueue(queue, content);
      await channel.waitForConfirms();
      await connection.close();
    },
    network: proxy,
    stop: () => proxy.close(),
  };
});
