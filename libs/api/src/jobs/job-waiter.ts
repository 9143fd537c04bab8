import { isActiveJob, type JobEvent } from '@tork/core';
import type { Broker, Subscription } from '@tork/broker';
import { type Datastore, DatastoreUnavailableError } from '@tork/datastore';
import { RequestCancelledError, ServerStoppingError } from '../http/errors';
import { WaitTimeoutError } from './errors';

export interface JobWaiterOptions {
  broker: Pick<Broker, 'subscribeEvents'>;
  datastore: Pick<Datastore, 'jobState'>;
  /** Events are hints: the state is read again after this long without one. Default 3 s. */
  rereadMs?: number;
  /** How long the subscription outlives the last who waited. Default 30 s. */
  lingerMs?: number;
}

export interface WaitOptions {
  timeoutMs: number;
  /** Aborted when nobody wants to know any more. */
  signal: AbortSignal;
}

/** The right to wait for jobs; the events of jobs arrive from its beginning to its end. */
export interface JobWatch extends Disposable {
  /**
   * Resolves when the job is in a final state, or gone. Rejects with WaitTimeoutError, RequestCancelledError after an
   * abort, or ServerStoppingError.
   */
  ended(jobId: string, options: WaitOptions): Promise<void>;
}

/**
 * Waits for jobs to end. All who wait share one subscription to `job.*`, which exists only while somebody waits, and a
 * little longer.
 */
export class JobWaiter {
  private readonly waiters = new Map<string, Set<Waiter>>();
  private subscription: Promise<Subscription> | undefined;
  private watches = 0;
  private linger: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly options: JobWaiterOptions) {}

  /** Resolves when events arrive. To be called before the job is stored, so that none is missed. */
  async watch(): Promise<JobWatch> {
    if (this.stopped) throw new ServerStoppingError();
    this.watches += 1;
    clearTimeout(this.linger);
    try {
      await this.subscribed();
    } catch (error) {
      this.release();
      throw error;
    }
    return {
      ended: (jobId, options) => this.ended(jobId, options),
      [Symbol.dispose]: () => this.release(),
    };
  }

  /** Ends every wait with ServerStoppingError, and the subscription. */
  async close(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.linger);
    for (const waiters of this.waiters.values()) for (const waiter of waiters) waiter.wake();
    await this.unsubscribe();
  }

  private subscribed(): Promise<Subscription> {
    this.subscription ??= this.options.broker
      .subscribeEvents('job.*', (_topic, payload) => {
        for (const waiter of this.waiters.get((payload as JobEvent).jobId) ?? []) waiter.wake();
      })
      .catch((error: unknown) => {
        this.subscription = undefined;
        throw error;
      });
    return this.subscription;
  }

  private release(): void {
    this.watches -= 1;
    if (this.watches > 0 || this.stopped) return;
    this.linger = setTimeout(() => {
      // The broker goes on with what it has if this fails; the next who waits subscribes anew.
      this.unsubscribe().catch(() => undefined);
    }, this.options.lingerMs ?? 30_000).unref();
  }

  private async unsubscribe(): Promise<void> {
    const subscription = this.subscription;
    this.subscription = undefined;
    await (await subscription?.catch(() => undefined))?.close();
  }

  private async ended(jobId: string, { timeoutMs, signal }: WaitOptions): Promise<void> {
    const { rereadMs = 3_000 } = this.options;
    const deadline = performance.now() + timeoutMs;
    const waiter = this.enter(jobId);
    const wake = () => waiter.wake();
    signal.addEventListener('abort', wake);
    try {
      for (;;) {
        if (this.stopped) throw new ServerStoppingError();
        if (signal.aborted) throw new RequestCancelledError();
        if (await this.isOver(jobId)) return;
        const leftMs = deadline - performance.now();
        if (leftMs <= 0) throw new WaitTimeoutError(jobId);
        await waiter.pause(Math.min(leftMs, rereadMs));
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.leave(jobId, waiter);
    }
  }

  private async isOver(jobId: string): Promise<boolean> {
    try {
      const state = await this.options.datastore.jobState(jobId);
      return state === undefined || !isActiveJob(state);
    } catch (error) {
      // A datastore that restarts is no reason to give up: the job is safe, and so is the time limit.
      if (error instanceof DatastoreUnavailableError) return false;
      throw error;
    }
  }

  private enter(jobId: string): Waiter {
    const waiter = new Waiter();
    const others = this.waiters.get(jobId);
    if (others) others.add(waiter);
    else this.waiters.set(jobId, new Set([waiter]));
    return waiter;
  }

  private leave(jobId: string, waiter: Waiter): void {
    const waiters = this.waiters.get(jobId);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.waiters.delete(jobId);
  }
}

/** A pause that another may end, also before it begins. */
class Waiter {
  private woken = false;
  private resume: (() => void) | undefined;

  wake(): void {
    this.woken = true;
    this.resume?.();
  }

  async pause(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    if (!this.woken) {
      await new Promise<void>((resolve) => {
        this.resume = resolve;
        timer = setTimeout(resolve, ms);
      });
    }
    clearTimeout(timer);
    this.resume = undefined;
    this.woken = false;
  }
}
