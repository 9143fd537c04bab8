import type { OutgoingMessage, QueueInfo } from '@tork/core';
import { DEAD_LETTER_QUEUE, MAX_PRIORITY, PRIVATE_QUEUE_PREFIX } from '@tork/core';
import type { BatchOptions, Broker, Delivery, HeldDelivery, Subscription, Verdict } from '../broker';
import { DEFAULT_BATCH_SIZE } from '../broker';
import { encodeBody } from '../body';
import { BrokerClosedError } from '../errors';
import type { BrokerLog } from '../log';
import { SILENT } from '../log';
import { topicMatcher } from '../topic';
import { Batches } from './batches';
import { MemoryQueue } from './memory-queue';
import { Slots } from './slots';

export interface MemoryBrokerOptions {
  log?: BrokerLog;
}

interface Listener {
  matches(topic: string): boolean;
  handle(topic: string, payload: unknown): void;
}

/**
 * A broker within the process: for standalone, where what waits is restored from the outbox after a restart, and for
 * tests. Queues have no bound, so that a publisher never waits for a consumer, which may be itself.
 */
export class MemoryBroker implements Broker {
  private readonly log: BrokerLog;
  private readonly known = new Map<string, MemoryQueue>();
  private readonly subscriptions = new Set<Subscription>();
  private readonly listeners = new Set<Listener>();
  private state: 'open' | 'closing' | 'closed' = 'open';

  constructor(options: MemoryBrokerOptions = {}) {
    this.log = options.log ?? SILENT;
  }

  async start(): Promise<void> {
    this.assertNot('closed');
  }

  async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    this.assertNot('closed');
    const encoded = messages.map(({ queue, body, priority }) => ({
      queue,
      message: { text: encodeBody(`queue ${queue}`, body), priority: levelOf(priority), redelivered: false },
    }));
    for (const { queue, message } of encoded) this.destination(queue)?.put(message);
  }

  async consume(
    name: string,
    handle: (delivery: HeldDelivery) => Promise<void>,
    { concurrency }: { concurrency: number },
  ): Promise<Subscription> {
    this.assertNot('closing');
    return this.keep(new Slots({ queue: this.declare(name), handle, concurrency, log: this.log }));
  }

  async consumeBatches(
    names: readonly string[],
    handle: (batch: readonly Delivery[]) => Promise<readonly Verdict[]>,
    { maxSize = DEFAULT_BATCH_SIZE, consumers = {} }: BatchOptions = {},
  ): Promise<Subscription> {
    this.assertNot('closing');
    return this.keep(
      new Batches({
        queues: names.map((name) => this.declare(name)),
        handle,
        maxSize,
        consumersOf: (queue) => consumers[queue] ?? 1,
        bury: (taken, queue, reason) => {
          this.log.error({ queue, reason }, 'message put with the dead letters');
          this.declare(DEAD_LETTER_QUEUE).put({ ...taken.message, redelivered: false });
          taken.ack();
        },
        log: this.log,
      }),
    );
  }

  async consumePrivate(name: string, handle: (delivery: Delivery) => Promise<void>): Promise<Subscription> {
    const slots = await this.consume(name, handle, { concurrency: 1 });
    const subscription = {
      close: async () => {
        this.subscriptions.delete(subscription);
        await slots.close();
        this.known.delete(name);
      },
    };
    this.subscriptions.add(subscription);
    return subscription;
  }

  async publishEvent(topic: string, payload: unknown): Promise<void> {
    this.assertNot('closed');
    const text = encodeBody(`topic ${topic}`, payload);
    for (const listener of this.listeners) {
      if (listener.matches(topic)) setImmediate(() => this.tell(listener, topic, text));
    }
  }

  async subscribeEvents(pattern: string, handle: (topic: string, payload: unknown) => void): Promise<Subscription> {
    this.assertNot('closing');
    const listener = { matches: topicMatcher(pattern), handle };
    this.listeners.add(listener);
    return { close: async () => void this.listeners.delete(listener) };
  }

  async queues(): Promise<QueueInfo[]> {
    return [...this.known.values()].map((queue) => queue.info()).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async queue(name: string): Promise<QueueInfo | undefined> {
    return this.known.get(name)?.info();
  }

  async deleteQueue(name: string): Promise<boolean> {
    const queue = this.known.get(name);
    if (!queue) return false;
    queue.reset();
    if (queue.subscribers === 0) this.known.delete(name);
    return true;
  }

  async health(): Promise<void> {
    this.assertNot('closing');
  }

  async close(): Promise<void> {
    if (this.state === 'open') this.state = 'closing';
    this.listeners.clear();
    await Promise.all([...this.subscriptions].map((subscription) => subscription.close()));
    this.state = 'closed'; // not before: what handlers under way publish still counts
  }

  private keep(inner: Subscription): Subscription {
    const subscription = {
      close: async () => {
        await inner.close();
        this.subscriptions.delete(subscription);
      },
    };
    this.subscriptions.add(subscription);
    return subscription;
  }

  private declare(name: string): MemoryQueue {
    let queue = this.known.get(name);
    if (!queue) this.known.set(name, (queue = new MemoryQueue(name)));
    return queue;
  }

  private destination(name: string): MemoryQueue | undefined {
    if (!name.startsWith(PRIVATE_QUEUE_PREFIX) || name === DEAD_LETTER_QUEUE) return this.declare(name);
    const queue = this.known.get(name);
    if (!queue) this.log.debug({ queue: name }, 'message dropped: its private queue is gone');
    return queue;
  }

  private tell(listener: Listener, topic: string, text: string): void {
    if (!this.listeners.has(listener)) return;
    try {
      listener.handle(topic, JSON.parse(text));
    } catch (err) {
      this.log.warn({ err, topic }, 'event listener failed');
    }
  }

  private assertNot(state: 'closing' | 'closed'): void {
    if (this.state === 'closed' || this.state === state) throw new BrokerClosedError();
  }
}

const levelOf = (priority = 0): number => Math.min(MAX_PRIORITY, Math.max(0, Math.trunc(priority) || 0));
