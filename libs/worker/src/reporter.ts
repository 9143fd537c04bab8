import type { Broker } from '@tork/broker';
import type { CoordinatorMessages, OutgoingMessage } from '@tork/core';

/**
 * Sends what the worker has to say to the coordinators. Whatever comes up within one turn of the event loop goes out in
 * one publish: the start and the end of a task that takes no time, and the reports of all slots.
 */
export class Reporter {
  private messages: OutgoingMessage[] = [];
  private batch: Promise<void> | undefined;

  constructor(private readonly broker: Pick<Broker, 'publish'>) {}

  /** Resolves once the message is safe at the broker; waits as long as that is away. */
  send<Q extends keyof CoordinatorMessages>(queue: Q, body: CoordinatorMessages[Q]): Promise<void> {
    this.messages.push({ queue, body });
    this.batch ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        const messages = this.messages;
        this.messages = [];
        this.batch = undefined;
        this.broker.publish(messages).then(resolve, reject);
      });
    });
    return this.batch;
  }
}
