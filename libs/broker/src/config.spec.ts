import { brokerConfig } from './config';

const faultOf = (input: unknown) => brokerConfig.safeParse(input).error?.issues.map(({ message }) => message);

it('has a default for everything', () => {
  expect(brokerConfig.parse({})).toEqual({
    type: 'inmemory',
    rabbitmq: {
      url: 'amqp://guest:guest@localhost:5672/',
      consumer: { timeout: 1_800_000 },
      management: { url: '' },
      durable: { queues: true },
      queue: { type: 'classic' },
    },
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

  expect(config.rabbitmq).toEqual({
    url: 'amqps://me:pass@mq.example:5671/tork',
    consumer: { timeout: 3_600_000 },
    management: { url: 'https://mq.example' },
    durable: { queues: false },
    queue: { type: 'quorum' },
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
