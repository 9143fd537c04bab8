import type { Channel, ConsumeMessage } from 'amqplib';
import type { Subscription } from '../broker';
import type { BrokerLog } from '../log';
import { topicMatcher } from '../topic';
import type { Mailbox, MailboxUser } from './mailbox';

interface Listener {
  readonly binding: string;
  matches(topic: string): boolean;
  handle(topic: string, payload: unknown): void;
}

/** Events of all processes, by a topic exchange. One mailbox serves all listeners of the process. */
export class Events implements MailboxUser {
  readonly exchange = 'amq.topic';
  private readonly listeners = new Set<Listener>();

  constructor(
    private readonly mailbox: Mailbox,
    private readonly log: BrokerLog,
  ) {
    mailbox.add(this);
  }

  publish(topic: string, content: Buffer): void {
    this.mailbox.send(this.exchange, topic, content);
  }

  /** Resolves once the broker knows of it. */
  async subscribe(pattern: string, handle: Listener['handle']): Promise<Subscription> {
    const listener: Listener = { binding: bindingOf(pattern), matches: topicMatcher(pattern), handle };
    this.listeners.add(listener);
    const close = async () => {
      if (this.listeners.delete(listener)) void this.release(listener.binding);
    };
    try {
      await this.mailbox.use((channel, address) => channel.bindQueue(address, this.exchange, listener.binding));
    } catch (err) {
      this.listeners.delete(listener);
      throw err;
    }
    return { close };
  }

  /** Tells nobody anything more. */
  close(): void {
    this.listeners.clear();
  }

  async open(channel: Channel, address: string): Promise<void> {
    const bindings = new Set([...this.listeners].map(({ binding }) => binding));
    for (const binding of bindings) await channel.bindQueue(address, this.exchange, binding);
  }

  receive(message: ConsumeMessage): void {
    const topic = message.fields.routingKey;
    const text = message.content.toString('utf8');
    for (const listener of this.listeners) {
      if (!listener.matches(topic)) continue;
      const payload: unknown = JSON.parse(text); // to each its own
      try {
        listener.handle(topic, payload);
      } catch (err) {
        this.log.warn({ err, topic }, 'event listener failed');
      }
    }
  }

  /** Nobody waits for it: superfluous events do no harm, and what cannot be unbound goes with the mailbox. */
  private async release(binding: string): Promise<void> {
    try {
      await this.mailbox.use(async (channel, address) => {
        const needed = [...this.listeners].some((listener) => listener.binding === binding);
        if (!needed) await channel.unbindQueue(address, this.exchange, binding);
      });
    } catch (err) {
      this.log.debug({ err, binding }, 'event binding not removed');
    }
  }
}

/**
 * The binding that lets through what a pattern wants, and perhaps more. AMQP knows `#` for any number of whole words;
 * what is wanted exactly is decided here.
 */
export const bindingOf = (pattern: string): string =>
  pattern
    .split('.')
    .map((word) => (word.includes('*') ? '#' : word))
    .join('.');
