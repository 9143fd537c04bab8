import { MAX_PRIORITY } from '@tork/core';
import type { QueueInfo } from '@tork/core';
import { Fifo } from '../fifo';

/** A message at rest: its body is text, so that sender and receiver share no object. */
export interface MemoryMessage {
  readonly text: string;
  /** 0…9 */
  readonly priority: number;
  readonly redelivered: boolean;
}

/** A message that was taken from its queue. It counts as unacked until one of these is called; only the first counts. */
export interface TakenMessage {
  readonly message: MemoryMessage;
  readonly isSettled: boolean;
  ack(): void;
  requeue(): void;
}

/** Somebody who waits for a queue to have something. Called once; who wants to be called again waits again. */
export type Waiter = () => void;

/** One queue: what waits, by priority, and who waits for it. */
export class MemoryQueue {
  /** Consumers, as `GET /queues` counts them. */
  subscribers = 0;
  private waiting = 0;
  private unacked = 0;
  /** Deliveries of an earlier generation went when the queue was deleted. */
  private generation = 0;
  private readonly levels = Array.from({ length: MAX_PRIORITY + 1 }, () => new Fifo<MemoryMessage>());
  /** What was put back, ahead of what never was out. */
  private readonly returned = Array.from({ length: MAX_PRIORITY + 1 }, () => new Fifo<MemoryMessage>());
  private readonly waiters = new Set<Waiter>();

  constructor(readonly name: string) {}

  info(): QueueInfo {
    return { name: this.name, size: this.waiting, subscribers: this.subscribers, unacked: this.unacked };
  }

  put(message: MemoryMessage): void {
    this.levels[message.priority]?.push(message);
    this.waiting++;
    this.nudge();
  }

  /** The next message, or `undefined` when none waits. */
  take(): TakenMessage | undefined {
    for (let priority = MAX_PRIORITY; priority >= 0; priority--) {
      const message = this.returned[priority]?.shift() ?? this.levels[priority]?.shift();
      if (message) return this.taken(message);
    }
    return undefined;
  }

  /** Calls `waiter` when something arrives; at once when something is there. */
  wait(waiter: Waiter): void {
    this.waiters.add(waiter);
    this.nudge();
  }

  /** For a waiter that wants nothing more. */
  leave(waiter: Waiter): void {
    this.waiters.delete(waiter);
  }

  /**
   * Wakes one waiter if something is there. Also for who was woken and then took nothing: the next one has to come.
   * Waiters take turns, because a `Set` keeps the order in which they came.
   */
  nudge(): void {
    if (this.waiting === 0) return;
    for (const waiter of this.waiters) {
      this.waiters.delete(waiter);
      waiter();
      return;
    }
  }

  /** As if deleted and declared again by its consumers: empty, and nothing that is out comes back. */
  reset(): void {
    this.generation++;
    this.waiting = 0;
    this.unacked = 0;
    for (const level of [...this.levels, ...this.returned]) level.clear();
  }

  private taken(message: MemoryMessage): TakenMessage {
    this.waiting--;
    this.unacked++;
    let current: number | undefined = this.generation;
    const settle = (): boolean => {
      const counts = current === this.generation;
      current = undefined;
      if (counts) this.unacked--;
      return counts;
    };
    return {
      message,
      get isSettled() {
        return current === undefined;
      },
      ack: () => void settle(),
      requeue: () => {
        if (!settle()) return;
        this.returned[message.priority]?.push({ ...message, redelivered: true });
        this.waiting++;
        this.nudge();
      },
    };
  }
}
