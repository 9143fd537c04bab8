import { brokerConfig } from './config';
import { rabbitmqOptions } from './rabbitmq';

const faultOf = (input: unknown) => brokerConfig.safeParse(input).error?.issues.map(({ message }) => message);

it('has a default for everything', () => {
  const config = brokerConfig.parse({});

  expect(config.type).toBe('inmemory');
  expect(rabbitmqOptions(config.rabbitmq)).toEqual({
    url: 'amqp://guest:guest@localhost:5672/',
    queues: { durable: true, type: 'classic', consumerTimeoutMs: 1_800_000 },
    managementUrl: '',
  });
});

it('reads texts, as variables have them', () => {
  const config = brokerConfig.parse({
    type: 'rabbitmq',
    rabbitmq: {
      url: 'amqps://me:pass@mq.example:5671/tork',
      consumer: { timeout: '1h' },
      management: { url: 'https://mq.example' },
      durable: { queues: 'false' },
      queue: { type: 'quorum' },
    },
  });

  expect(rabbitmqOptions(config.rabbitmq)).toEqual({
    url: 'amqps://me:pass@mq.example:5671/tork',
    queues: { durable: false, type: 'quorum', consumerTimeoutMs: 3_600_000 },
    managementUrl: 'https://mq.example',
  });
});

it.each([
  [{ url: 'localhost:5672' }, 'expected a URL such as amqp://'],
  [{ url: 'http://localhost' }, 'expected a URL such as amqp://'],
  [{ management: { url: 'localhost' } }, 'http'],
  [{ consumer: { timeout: '10ms' } }, 'expected a duration of at least 1s'],
  [{ consumer: { timeout: '1000h' } }, 'expected at most 596h'],
  [{ queue: { type: 'stream' } }, 'classic'],
])('refuses %j', (rabbitmq, message) => {
  expect(faultOf({ rabbitmq })?.join()).toContain(message);
});
