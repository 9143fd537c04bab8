import type { OutgoingMessage, QueueInfo } from '@tork/core';

/** A message as its consumer gets it. */
export interface Delivery {
  readonly queue: string;
  /** The decoded body. What cannot be decoded never gets here: it goes to the dead letters. */
  readonly body: unknown;
  /** The broker handed this message out before and did not learn what became of it. */
  readonly redelivered: boolean;
}

/** A delivery whose consumer decides when the broker may forget it. */
export interface HeldDelivery extends Delivery {
  /**
   * The broker may forget the message although its handler goes on, because its outcome is recorded elsewhere. The slot
   * stays taken until the handler ends. Needed for work that outlives the broker's consumer timeout. Idempotent.
   */
  release(): Promise<void>;
}

/** What becomes of a delivery of a batch: forgotten, handed out again, or put with the dead letters for good. */
export type Verdict = 'ack' | 'requeue' | { deadLetter: string };

/** A consumer or a listener at work. */
export interface Subscription {
  /** Takes nothing more; resolves when the handlers under way have ended and are settled. Idempotent. */
  close(): Promise<void>;
}

/** Big enough that a transaction a batch is cheap per message, small enough that none takes long. */
export const DEFAULT_BATCH_SIZE = 256;

/** How deliveries are gathered into batches. */
export interface BatchOptions {
  /**
   * Most deliveries that one call of the handler gets. Default 256. Twice as many of each queue may be unsettled: the
   * next batch gathers while one is handled.
   */
  maxSize?: number;
  /** Consumers per queue; a queue that is not named has one. Shown as `subscribers`. */
  consumers?: Readonly<Record<string, number>>;
}

/**
 * Carries messages between roles, at least once. Ordered by priority, then arrival, within a queue; redelivery
 * breaks the order. Queues are declared before they are used, by publishers too, so that nothing is lost for want of
 * a consumer. Bodies are JSON: a `Date` arrives as its ISO text, `undefined` members do not arrive.
 *
 * A private queue (`x-…`) belongs to its consumer, see `consumePrivate`: publishers never declare it, and what is sent
 * to one that is gone is dropped, because nobody will ever ask for it.
 */
export interface Broker {
  /** Connects. Rejects when the first connection cannot be made; after that, reconnects for ever. Called once. */
  start(): Promise<void>;
  /**
   * Resolves once every message outlives a restart of the broker. Waits through a reconnect instead of failing, so it
   * may take long; after a reconnect a message may have been sent twice. `notBefore` is the caller's business.
   * A private queue (`x-…`) is never declared by a publisher: a message for one that does not exist is dropped, since
   * its node is gone. Resolves all the same.
   */
  publish(messages: readonly OutgoingMessage[]): Promise<void>;
  /**
   * Hands out messages one by one, at most `concurrency` at a time. Acks when `handle` resolves; hands the message out
   * again, after a pause that grows with every failure in a row, when it rejects. Consumes again after a reconnect; a
   * handler that runs through one keeps its slot, while its message is handed out again, to whichever slot is free.
   */
  consume(
    queue: string,
    handle: (delivery: HeldDelivery) => Promise<void>,
    options: { concurrency: number },
  ): Promise<Subscription>;
  /**
   * Hands out whatever has arrived in any of the queues as one batch; one batch at a time per subscription. The handler
   * returns a verdict for each delivery, in order; if it rejects, all are handed out again. What is handed out again
   * comes after a pause that grows with every such batch in a row.
   */
  consumeBatches(
    queues: readonly string[],
    handle: (batch: readonly Delivery[]) => Promise<readonly Verdict[]>,
    options?: BatchOptions,
  ): Promise<Subscription>;
  /**
   * A private queue that only this process consumes and that goes with it, or with the subscription, and with a lost
   * connection; messages are taken one at a time, and handled as by `consume`.
   */
  consumePrivate(queue: string, handle: (delivery: Delivery) => Promise<void>): Promise<Subscription>;
  /**
   * Tells whoever listens at the moment, this process included. Not durable: a hint, which is lost while the connection
   * is down. Never rejects for want of listeners.
   */
  publishEvent(topic: string, payload: unknown): Promise<void>;
  /** `pattern` is a topic with `*` for any run of characters, e.g. `job.*`. A listener that throws harms nobody else. */
  subscribeEvents(pattern: string, handle: (topic: string, payload: unknown) => void): Promise<Subscription>;
  /** All queues known, sorted by name. Rejects while the broker cannot be asked. */
  queues(): Promise<QueueInfo[]>;
  /** `undefined` when there is no such queue. */
  queue(name: string): Promise<QueueInfo | undefined>;
  /** Deletes a queue with its messages. Live consumers declare it again and go on. False when there is no such queue. */
  deleteQueue(name: string): Promise<boolean>;
  /** Resolves when connected and every consumer is in place; rejects with what is missing. */
  health(): Promise<void>;
  /** Takes nothing more, lets handlers finish, then disconnects. Safe to call twice, and after a failed `start`. */
  close(): Promise<void>;
}
