import { setImmediate as turn } from 'node:timers/promises';
import type { HeldDelivery, Subscription } from '../broker';
import type { BrokerLog } from '../log';
import { pause, redeliveryBackoff } from '../backoff';
import type { MemoryQueue, TakenMessage, Waiter } from './memory-queue';

export interface SlotsOptions {
  queue: MemoryQueue;
  handle: (delivery: HeldDelivery) => Promise<void>;
  concurrency: number;
  log: BrokerLog;
}

/** Consumers that take one message at a time each. */
export class Slots implements Subscription {
  private readonly closing = new AbortController();
  private readonly running: Promise<void>[];
  private readonly idle = new Set<Waiter>();

  constructor(private readonly options: SlotsOptions) {
    options.queue.subscribers += options.concurrency;
    this.running = Array.from({ length: options.concurrency }, () => this.run());
  }

  async close(): Promise<void> {
    if (!this.closing.signal.aborted) {
      this.options.queue.subscribers -= this.options.concurrency;
      this.closing.abort();
      for (const waiter of this.idle) waiter();
    }
    await Promise.all(this.running);
  }

  private async run(): Promise<void> {
    const { queue } = this.options;
    const backoff = redeliveryBackoff();
    for (;;) {
      await turn(); // a queue that never runs dry must not keep timers and sockets waiting
      if (this.closing.signal.aborted) return queue.nudge();
      const taken = queue.take();
      if (!taken) await this.arrival();
      else if (await this.handled(taken)) backoff.reset();
      else {
        await pause(backoff.next(), this.closing.signal);
        taken.requeue();
      }
    }
  }

  /** Resolves when the queue may have something, or when the subscription closes. */
  private arrival(): Promise<void> {
    return new Promise((resolve) => {
      const waiter = () => {
        this.idle.delete(waiter);
        this.options.queue.leave(waiter);
        resolve();
      };
      this.idle.add(waiter);
      this.options.queue.wait(waiter);
    });
  }

  private async handled(taken: TakenMessage): Promise<boolean> {
    const { queue, handle, log } = this.options;
    const delivery: HeldDelivery = {
      queue: queue.name,
      body: JSON.parse(taken.message.text),
      redelivered: taken.message.redelivered,
      release: async () => taken.ack(),
    };
    try {
      await handle(delivery);
      taken.ack();
      return true;
    } catch (err) {
      if (taken.isSettled) log.warn({ err, queue: queue.name }, 'handler failed after its delivery was given up');
      else log.warn({ err, queue: queue.name }, 'message not handled; it is handed out again');
      return taken.isSettled;
    }
  }
}
