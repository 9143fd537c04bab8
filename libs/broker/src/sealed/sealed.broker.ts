import type { CoordinatorQueue, OutgoingMessage, QueueInfo } from '@tork/core';
import { DEAD_LETTER_QUEUE, PRIVATE_QUEUE_PREFIX } from '@tork/core';
import type { BatchOptions, Broker, Delivery, HeldDelivery, Subscription, Verdict } from '../broker';
import type { BrokerLog } from '../log';
import { isSealed, openBody, sealBody } from './envelope';
import type { Seal } from './envelope';

/** Their messages hold ids and figures. */
const WITHOUT_TEXTS: ReadonlySet<string> = new Set<CoordinatorQueue>([
  ...(['jobs', 'pending', 'started', 'progress', 'redeliveries', 'heartbeat'] as const),
]);

const isSecretive = (queue: string): boolean =>
  queue === DEAD_LETTER_QUEUE || !(WITHOUT_TEXTS.has(queue) || queue.startsWith(PRIVATE_QUEUE_PREFIX));

/**
 * A broker that keeps messages on a disk of its own is handed none that can be read there: hand-outs, results, errors
 * and output are sealed on their way into another broker, and opened on their way out. Without a key nothing is sealed,
 * but what others have sealed is recognised: a consumer of single messages gets it as it is (see `isSealed`), to give it
 * back; in batches it stays with the broker until somebody has the key.
 */
export class SealedBroker implements Broker {
  private complained = false;

  constructor(
    private readonly inner: Broker,
    private readonly seal: Seal,
    private readonly log: Pick<BrokerLog, 'error'>,
  ) {}

  async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    await this.inner.publish(this.seal.encrypts ? messages.map((message) => this.sealed(message)) : messages);
  }

  consume(
    queue: string,
    handle: (delivery: HeldDelivery) => Promise<void>,
    options: { concurrency: number },
  ): Promise<Subscription> {
    const opening = (delivery: HeldDelivery) =>
      isSealed(delivery.body)
        ? handle({ ...this.opened(delivery), release: () => delivery.release() })
        : handle(delivery);
    return this.inner.consume(queue, opening, options);
  }

  consumeBatches(
    queues: readonly string[],
    handle: (batch: readonly Delivery[]) => Promise<readonly Verdict[]>,
    options?: BatchOptions,
  ): Promise<Subscription> {
    const opening = async (batch: readonly Delivery[]): Promise<readonly Verdict[]> => {
      if (!batch.some(({ body }) => isSealed(body))) return handle(batch);
      const opened = batch.map((delivery) => this.opened(delivery));
      const readable = opened.filter(({ body }) => !isSealed(body));
      if (readable.length < opened.length) this.complain();
      const verdicts = (readable.length > 0 ? await handle(readable) : [])[Symbol.iterator]();
      return opened.map(({ body }) => (isSealed(body) ? undefined : verdicts.next().value) ?? 'requeue');
    };
    return this.inner.consumeBatches(queues, opening, options);
  }

  consumePrivate(queue: string, handle: (delivery: Delivery) => Promise<void>): Promise<Subscription> {
    return this.inner.consumePrivate(queue, handle);
  }

  private sealed(message: OutgoingMessage): OutgoingMessage {
    const { body, queue } = message;
    return isSecretive(queue) ? { ...message, body: sealBody(queue, body, this.seal) } : message;
  }

  private opened(delivery: Delivery): Delivery {
    const { queue, redelivered } = delivery;
    return { queue, body: openBody(delivery.body, this.seal), redelivered };
  }

  /** Once: the next messages will be no different, and an operator has to act. */
  private complain(): void {
    if (this.complained) return;
    this.complained = true;
    this.log.error(
      {},
      'messages are encrypted, and datastore.encryption.key does not open them: they are left waiting',
    );
  }

  start(): Promise<void> {
    return this.inner.start();
  }

  publishEvent(topic: string, payload: unknown): Promise<void> {
    return this.inner.publishEvent(topic, payload);
  }

  subscribeEvents(pattern: string, handle: (topic: string, payload: unknown) => void): Promise<Subscription> {
    return this.inner.subscribeEvents(pattern, handle);
  }

  queues(): Promise<QueueInfo[]> {
    return this.inner.queues();
  }

  queue(name: string): Promise<QueueInfo | undefined> {
    return this.inner.queue(name);
  }

  deleteQueue(name: string): Promise<boolean> {
    return this.inner.deleteQueue(name);
  }

  health(): Promise<void> {
    return this.inner.health();
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}
