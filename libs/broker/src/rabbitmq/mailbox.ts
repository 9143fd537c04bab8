import type { Channel, ConsumeMessage, Options } from 'amqplib';
import { randomUUID } from 'node:crypto';
import type { BrokerLog } from '../log';
import type { Connection } from './connection';
import { LastingChannel } from './lasting-channel';

/** Queues of this prefix are between brokers; they are not listed. */
export const MAILBOX_PREFIX = 'x-mailbox-';

export interface MailboxOptions {
  consuming: Connection;
  publishing: Connection;
  log: BrokerLog;
}

/** Somebody who uses the mailbox. */
export interface MailboxUser {
  /** The exchange whose messages are theirs; `''` is the default one, that of letters to one address. */
  readonly exchange: string;
  /** Binds the mailbox to what they listen to. Called with every new mailbox. */
  open(channel: Channel, address: string): Promise<void>;
  receive(message: ConsumeMessage): void;
}

/**
 * The process's own queue for what is of use only at the moment: events, and questions between brokers. Everything is
 * taken at once, without acks. It gets a new name with every connection, because the broker may take a while to notice
 * that the one before is gone.
 */
export class Mailbox {
  private readonly inbox: LastingChannel<Channel>;
  /** Not that of the messages: if the broker refuses something here, they must not suffer. */
  private readonly outbox: LastingChannel<Channel>;
  private readonly users: MailboxUser[] = [];
  private name = '';

  constructor(private readonly options: MailboxOptions) {
    const { consuming, log, publishing } = options;
    this.inbox = new LastingChannel({
      connection: consuming,
      purpose: 'events',
      create: (model) => model.createChannel(),
      setUp: (channel) => this.open(channel),
      log,
    });
    this.outbox = new LastingChannel({
      connection: publishing,
      purpose: 'publishing events',
      create: (model) => model.createChannel(),
      setUp: async () => undefined,
      log,
    });
  }

  get isReady(): boolean {
    return this.inbox.current !== undefined && this.outbox.current !== undefined;
  }

  /** Before `start`. */
  add(user: MailboxUser): void {
    this.users.push(user);
  }

  async start(): Promise<void> {
    await Promise.all([this.inbox.start(), this.outbox.start()]);
  }

  async close(): Promise<void> {
    await Promise.all([this.inbox.close(), this.outbox.close()]);
  }

  /** Runs something with the mailbox as soon as there is one, see {@link LastingChannel.run}. */
  use<T>(work: (channel: Channel, address: string) => Promise<T>): Promise<T> {
    return this.inbox.run((channel) => work(channel, this.name));
  }

  /** Sends what may get lost: while there is no connection it does. */
  send(exchange: string, routingKey: string, content: Buffer, properties: Options.Publish = {}): void {
    try {
      this.outbox.current?.publish(exchange, routingKey, content, { contentType: 'application/json', ...properties });
    } catch (err) {
      this.options.log.debug({ err }, 'lost with its channel');
    }
  }

  private async open(channel: Channel): Promise<void> {
    this.name = `${MAILBOX_PREFIX}${randomUUID()}`;
    await channel.assertQueue(this.name, { exclusive: true, durable: false });
    for (const user of this.users) await user.open(channel, this.name);
    await channel.consume(this.name, (message) => message && this.receive(message), { noAck: true });
  }

  private receive(message: ConsumeMessage): void {
    const user = this.users.find(({ exchange }) => exchange === message.fields.exchange);
    try {
      user?.receive(message);
    } catch (err) {
      this.options.log.warn({ err, exchange: message.fields.exchange }, 'received something that cannot be read');
    }
  }
}
