import type { Channel, ChannelModel } from 'amqplib';
import { Backoff, pause } from '../backoff';
import { BrokerClosedError, QueueMismatchError } from '../errors';
import type { BrokerLog } from '../log';
import { Bell } from './bell';
import type { ChannelError } from './channel';
import { ACCESS_REFUSED, closeChannel, closeOf } from './channel';
import type { Connection } from './connection';

export interface LastingChannelOptions<C extends Channel> {
  connection: Connection;
  /** For the log, e.g. `consumers of queue default`. */
  purpose: string;
  create(model: ChannelModel): Promise<C>;
  /** Puts on a fresh channel what belongs there. May be called any number of times; a failure is tried again. */
  setUp(channel: C): Promise<void>;
  /** It is in place, and `current`. */
  ready?(): void;
  /** The channel is gone, and with it whatever was unsettled on it. `cause` has a code if the broker refused something. */
  lost?(cause: ChannelError | undefined): void;
  log: BrokerLog;
}

/** A channel that lived for so long had no fault that would come back at once. */
const STABLE_MS = 5_000;

/** A channel that is opened again, with all that was on it, whenever it or its connection gets lost. */
export class LastingChannel<C extends Channel> {
  private ready: C | undefined;
  private readonly changes = new Bell();
  private readonly ended = new AbortController();
  private readonly backoff = new Backoff({ floorMs: 20, baseMs: 100, capMs: 10_000 });
  private life: Promise<void> | undefined;
  private markStarted: ((error?: unknown) => void) | undefined;

  constructor(private readonly options: LastingChannelOptions<C>) {}

  /** The channel, while it is in place. */
  get current(): C | undefined {
    return this.ready;
  }

  /**
   * Resolves when it is in place for the first time. Rejects, and ends, when that can never be: a queue has another
   * form, or we lack a permission. Later such a fault is tried again as any other, because somebody may mend it.
   */
  async start(): Promise<void> {
    const started = new Promise<void>((resolve, reject) => {
      this.markStarted = (error) => (error ? reject(error) : resolve());
    });
    this.life = this.live();
    await started;
  }

  /** Runs something on it, as soon as it is in place, and again if it gets lost over it. Rejects when it was closed. */
  async run<T>(use: (channel: C) => Promise<T>): Promise<T> {
    for (;;) {
      while (!this.ready && !this.ended.signal.aborted) await this.changes.next(this.ended.signal);
      const channel = this.ready;
      if (!channel || this.ended.signal.aborted) throw new BrokerClosedError();
      try {
        return await use(channel);
      } catch (err) {
        if (channel === this.ready) throw err;
      }
    }
  }

  /** Closes it for good. Idempotent. */
  async close(): Promise<void> {
    this.ended.abort();
    if (this.ready) await closeChannel(this.ready);
    await this.life;
  }

  private async live(): Promise<void> {
    const { connection, lost, log, purpose } = this.options;
    for (;;) {
      const model = await connection.opened(this.ended.signal);
      if (!model) break;
      const since = performance.now();
      const cause = await this.use(model);
      lost?.(cause);
      if (this.markStarted && isForGood(cause)) return this.markStarted(cause);
      if (this.ended.signal.aborted) break;
      if (connection.current !== model) continue; // the connection logs that, and paces the next attempt
      log.warn({ err: cause }, `channel lost: ${purpose}; opening another`);
      if (performance.now() - since > STABLE_MS) this.backoff.reset();
      await pause(this.backoff.next(), this.ended.signal);
    }
    this.markStarted?.(new BrokerClosedError());
  }

  /** Opens the channel and waits for its end. Returns the cause. */
  private async use(model: ChannelModel): Promise<Error | undefined> {
    let channel: C | undefined;
    try {
      channel = await this.options.create(model);
      const closed = closeOf(channel);
      await this.options.setUp(channel);
      if (this.ended.signal.aborted) return undefined;
      this.ready = channel;
      this.changes.ring();
      this.options.ready?.();
      this.markStarted?.();
      this.markStarted = undefined;
      return await closed;
    } catch (err) {
      return err as Error;
    } finally {
      this.ready = undefined;
      if (channel) await closeChannel(channel);
    }
  }
}

const isForGood = (cause: unknown): boolean =>
  cause instanceof QueueMismatchError ||
  (cause instanceof Error && ((cause as ChannelError).code === ACCESS_REFUSED || isForGood(cause.cause)));
