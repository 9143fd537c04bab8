import { setImmediate as turn } from 'node:timers/promises';
import type { Delivery, Subscription, Verdict } from '../broker';
import type { BrokerLog } from '../log';
import { pause, redeliveryBackoff } from '../backoff';
import type { MemoryQueue, TakenMessage } from './memory-queue';

export interface BatchesOptions {
  queues: readonly MemoryQueue[];
  handle: (batch: readonly Delivery[]) => Promise<readonly Verdict[]>;
  maxSize: number;
  /** Consumers that each queue shows. */
  consumersOf(queue: string): number;
  bury(message: TakenMessage, queue: string, reason: string): void;
  log: BrokerLog;
}

interface BatchItem {
  queue: string;
  taken: TakenMessage;
}

/** Takes whatever has arrived in some queues, one batch after the other. */
export class Batches implements Subscription {
  private readonly closing = new AbortController();
  private readonly running: Promise<void>;
  private wake: (() => void) | undefined;
  /** Where the next batch begins to take, so that a queue that never runs dry does not shut out the others. */
  private first = 0;

  constructor(private readonly options: BatchesOptions) {
    for (const queue of options.queues) queue.subscribers += options.consumersOf(queue.name);
    this.running = this.run();
  }

  async close(): Promise<void> {
    if (!this.closing.signal.aborted) {
      for (const queue of this.options.queues) queue.subscribers -= this.options.consumersOf(queue.name);
      this.closing.abort();
      this.wake?.();
    }
    await this.running;
  }

  private async run(): Promise<void> {
    const backoff = redeliveryBackoff();
    for (;;) {
      await turn(); // lets a burst arrive as a whole, and timers and sockets have their turn
      if (this.closing.signal.aborted) return this.options.queues.forEach((queue) => queue.nudge());
      const batch = this.gather();
      if (batch.length === 0) await this.arrival();
      else if ((await this.settle(batch, await this.verdictsOn(batch))) === 0) backoff.reset();
      else await this.putBack(batch, backoff.next());
    }
  }

  private gather(): BatchItem[] {
    const { queues, maxSize } = this.options;
    const batch: BatchItem[] = [];
    const start = this.first++;
    for (let offset = 0; offset < queues.length; offset++) {
      const queue = queues[(start + offset) % queues.length];
      for (let taken; queue && batch.length < maxSize && (taken = queue.take());)
        batch.push({ queue: queue.name, taken });
    }
    return batch;
  }

  private async verdictsOn(batch: readonly BatchItem[]): Promise<readonly Verdict[]> {
    const deliveries = batch.map(({ queue, taken: { message } }) => ({
      queue,
      body: JSON.parse(message.text) as unknown,
      redelivered: message.redelivered,
    }));
    try {
      return await this.options.handle(deliveries);
    } catch (err) {
      this.options.log.warn({ err, size: batch.length }, 'batch not handled; it is handed out again');
      return [];
    }
  }

  /** Carries out what is final. Returns how many deliveries are left to put back. */
  private settle(batch: readonly BatchItem[], verdicts: readonly Verdict[]): number {
    let left = 0;
    batch.forEach(({ queue, taken }, index) => {
      const verdict = verdicts[index] ?? 'requeue';
      if (verdict === 'ack') taken.ack();
      else if (verdict === 'requeue') left++;
      else this.options.bury(taken, queue, verdict.deadLetter);
    });
    return left;
  }

  private async putBack(batch: readonly BatchItem[], afterMs: number): Promise<void> {
    await pause(afterMs, this.closing.signal);
    for (const { taken } of batch) taken.requeue(); // those settled before stay settled
  }

  /** Resolves when one of the queues may have something, or when the subscription closes. */
  private arrival(): Promise<void> {
    return new Promise((resolve) => {
      let woken = false;
      const wake = () => {
        woken = true;
        for (const queue of this.options.queues) queue.leave(wake);
        resolve();
      };
      this.wake = wake;
      // Woken by one queue it must not wait at the next: there it would take the turn of somebody who is idle.
      for (const queue of this.options.queues) if (!woken) queue.wait(wake);
    });
  }
}
