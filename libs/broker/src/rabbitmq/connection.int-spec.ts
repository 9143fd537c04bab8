import { connect } from 'amqplib';
import { freePort, tcpProxy, useServices } from '@tork/testing';
import { BrokerUnavailableError } from '../errors';
import type { BrokerLog } from '../log';
import { Gate, Journal } from '../testing/waiting';
import { RabbitmqBroker } from './rabbitmq.broker';

const services = useServices('rabbitmq');

/** A log that keeps everything, as text. */
function recordedLog(): { log: BrokerLog; lines: string[] } {
  const lines: string[] = [];
  const record = (fields: object, message: string) => {
    const err = (fields as { err?: Error }).err;
    lines.push(`${message} ${JSON.stringify(fields)} ${err?.stack ?? ''} ${JSON.stringify(err?.cause ?? '')}`);
  };
  return { log: { debug: record, info: record, warn: record, error: record }, lines };
}

describe('a broker that cannot be reached', () => {
  it('fails the start with its place, and without the password', async () => {
    const port = await freePort();
    const broker = new RabbitmqBroker({ url: `amqp://someone:s3cret@127.0.0.1:${port}/here` });

    const failure = await broker.start().catch((error: Error) => error);

    expect(failure).toBeInstanceOf(BrokerUnavailableError);
    expect((failure as Error).message).toContain(`no connection to RabbitMQ at 127.0.0.1:${port}/here`);
    expect((failure as Error).message).not.toContain('s3cret');
    await broker.close();
  });

  it('fails the start when it does not know us', async () => {
    const url = new URL(services.rabbitmq.url);
    url.password = 'wr0ng';
    const broker = new RabbitmqBroker({ url: url.href });

    const failure = await broker.start().catch((error: Error) => error);

    expect(failure).toBeInstanceOf(BrokerUnavailableError);
    expect((failure as Error).message).toContain('ACCESS_REFUSED');
    expect((failure as Error).message).not.toContain('wr0ng');
    await broker.close();
  });

  it('may have an address that is none', () => {
    expect(() => new RabbitmqBroker({ url: 'postgres://u:s3cret@host' })).toThrow(BrokerUnavailableError);
    expect(() => new RabbitmqBroker({ url: 'amqp//u:s3cret@host' })).toThrow(/^((?!s3cret).)*$/s);
  });

  it('may be closed before it was started', async () => {
    await new RabbitmqBroker({ url: services.rabbitmq.url }).close();
  });

  it('lets a close end that still has something to publish', async () => {
    const proxy = await tcpProxy(services.rabbitmq.url);
    const broker = new RabbitmqBroker({ url: proxy.url, closeTimeoutMs: 100 });
    await broker.start();
    await broker.publish([{ queue: 'late', body: 1 }]);
    await proxy.refuse();

    const published = broker.publish([{ queue: 'late', body: 2 }]).catch((error: Error) => error);
    await broker.close();

    expect(await published).toMatchObject({ code: 'BROKER_CLOSED' });
    await proxy.close();
  });

  it('lets a close end whose handlers still have something to publish', async () => {
    const proxy = await tcpProxy(services.rabbitmq.url);
    const broker = new RabbitmqBroker({ url: proxy.url, closeTimeoutMs: 100 });
    const begun = new Gate();
    const down = new Gate();
    await broker.start();
    await broker.publish([{ queue: 'reporting', body: 1 }]);
    await broker.consume(
      'reporting',
      async () => {
        begun.open();
        await down.passed;
        await broker.publish([{ queue: 'reports', body: 1 }]);
      },
      { concurrency: 1 },
    );
    await begun.passed;
    await proxy.refuse();

    down.open();
    await broker.close();

    await proxy.close();
  });
});

describe('a broker that falls silent', () => {
  it('is left, and everything goes on when it is back', async () => {
    const proxy = await tcpProxy(services.rabbitmq.url);
    const broker = new RabbitmqBroker({ url: `${proxy.url}?heartbeat=1` });
    const received = new Journal<unknown>();
    await broker.start();
    await broker.consume('silent', async ({ body }) => received.add(body), { concurrency: 1 });

    proxy.stall();
    const published = broker.publish([{ queue: 'silent', body: 1 }]);
    await expect(waitForFailure(() => broker.health())).resolves.toBeInstanceOf(BrokerUnavailableError);
    proxy.cut();
    await proxy.resume();
    await published;

    expect(await received.reaches(1)).toContain(1);
    await broker.close();
    await proxy.close();
  }, 20_000);
});

describe('the log', () => {
  it('has neither passwords nor bodies in it', async () => {
    const { log, lines } = recordedLog();
    const proxy = await tcpProxy(services.rabbitmq.url);
    const url = new URL(proxy.url);
    const broker = new RabbitmqBroker({ url: url.href, log });
    const attempts = new Journal<boolean>();
    await broker.start();
    await broker.publish([{ queue: 'logged', body: { secret: 'b0dy' } }]);
    await broker.consume(
      'logged',
      async ({ redelivered }) => {
        attempts.add(redelivered);
        if (attempts.entries.length < 2) throw new Error('not today');
      },
      { concurrency: 1 },
    );
    await attempts.reaches(2);
    proxy.cut();
    await broker.publish([{ queue: 'logged', body: { secret: 'b0dy' } }]);
    const connection = await connect(services.rabbitmq.url);
    const channel = await connection.createConfirmChannel();
    channel.sendToQueue('logged', Buffer.from('{"secret":"b0dy",'));
    await channel.waitForConfirms();
    await connection.close();
    await attempts.reaches(3);
    await broker.close();
    await proxy.close();

    expect(lines.length).toBeGreaterThan(3);
    expect(lines.filter((line) => /b0dy|guest:|guest"/.test(line))).toEqual([]);
  });
});

async function waitForFailure(work: () => Promise<void>): Promise<unknown> {
  for (;;) {
    try {
      await work();
    } catch (error) {
      return error;
    }
    await new Promise(setImmediate);
  }
}
