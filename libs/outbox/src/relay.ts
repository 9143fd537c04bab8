import type { Broker } from '@tork/broker';
import { MessageEncodingError, MessageRefusedError, QueueMismatchError } from '@tork/broker';
import type { Datastore, OutboxRow } from '@tork/datastore';
import type { OutboxLog } from './outbox';

export interface OutboxRelayOptions {
  datastore: Pick<Datastore, 'deleteOutbox' | 'transaction'>;
  broker: Pick<Broker, 'publish'>;
  log: OutboxLog;
  /** Rows younger than this are left to the process that wrote them. Default 5 s. */
  olderThanMs?: number;
  /** Rows per transaction. Default 500. */
  limit?: number;
  /** How long the broker may take to confirm before the rows are given back. Default 10 s. */
  confirmTimeoutMs?: number;
  now?: () => Date;
}

/**
 * Sends outbox rows that their writer forgot: it died after its commit, or the broker was away for long. Any number
 * of relays may sweep at the same time; rows that one holds are skipped by the others.
 */
export class OutboxRelay {
  private readonly olderThanMs: number;
  private readonly limit: number;
  private readonly confirmTimeoutMs: number;
  /** What the broker has not confirmed in time. It still will, so nothing is sent on top of it meanwhile. */
  private stalled: Promise<void> | undefined;

  constructor(private readonly options: OutboxRelayOptions) {
    this.olderThanMs = options.olderThanMs ?? 5_000;
    this.limit = options.limit ?? 500;
    this.confirmTimeoutMs = options.confirmTimeoutMs ?? 10_000;
  }

  /**
   * Sends all that is due now, in transactions of bounded size. Returns how many rows were sent. Does nothing while an
   * earlier sweep waits for the broker. Rejects when the broker does not confirm in time, or the datastore is away.
   */
  async sweep(signal?: AbortSignal): Promise<number> {
    let total = 0;
    let after: string | undefined;
    while (!signal?.aborted && !this.stalled) {
      const { last, rows, sent } = await this.sweepOnce(after);
      total += sent;
      if (rows < this.limit) break;
      after = last; // rows that could not be sent must not hide those behind them
    }
    if (total > 0) this.options.log.warn({ rows: total }, 'outbox relay sent forgotten messages');
    return total;
  }

  private sweepOnce(after: string | undefined): Promise<{ rows: number; sent: number; last?: string }> {
    const { datastore, now: clock } = this.options;
    return datastore.transaction(async (tx) => {
      const now = clock?.() ?? new Date();
      const before = new Date(now.getTime() - this.olderThanMs);
      const rows = await tx.claimOutbox({ before, now, limit: this.limit, after });
      if (rows.length === 0) return { rows: 0, sent: 0 };
      const done = await this.send(rows);
      await tx.deleteOutbox(done.map(({ id }) => id));
      return { rows: rows.length, sent: done.length, last: rows.at(-1)?.id };
    });
  }

  /** Resolves with the rows that are done with. A message that the broker does not take holds up none of another queue. */
  private async send(rows: readonly OutboxRow[]): Promise<OutboxRow[]> {
    try {
      await this.confirmed(rows);
      return [...rows];
    } catch (cause) {
      if (!isRefusal(cause)) throw cause;
      const sent: OutboxRow[] = [];
      for (const queue of new Set(rows.map((row) => row.queue)))
        sent.push(...(await this.sendToQueue(rows.filter((row) => row.queue === queue))));
      return sent;
    }
  }

  /** Halves what is refused until the message to blame is alone. That one is forgotten: no broker ever takes it. */
  private async sendToQueue(rows: OutboxRow[]): Promise<OutboxRow[]> {
    const { queue } = rows[0]!;
    try {
      await this.confirmed(rows);
      return rows;
    } catch (err) {
      if (!isRefusal(err)) throw err;
      if (err instanceof QueueMismatchError) {
        this.options.log.warn(
          { err, queue, rows: rows.length },
          'messages stay in the outbox: their queue is of another form',
        );
        return [];
      }
      if (rows.length === 1) {
        this.options.log.warn({ err, queue }, 'a message that no broker takes was removed from the outbox');
        return rows;
      }
    }
    const half = rows.length >> 1;
    return [...(await this.sendToQueue(rows.slice(0, half))), ...(await this.sendToQueue(rows.slice(half)))];
  }

  /** Publishes within the time there is. What is confirmed too late is deleted then. */
  private async confirmed(rows: readonly OutboxRow[]): Promise<void> {
    const published = this.options.broker.publish(rows);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), this.confirmTimeoutMs)));
    try {
      if ((await Promise.race([published, late])) !== 'late') return;
    } finally {
      clearTimeout(timer);
    }
    this.stalled = published
      .then(() => this.options.datastore.deleteOutbox(rows.map(({ id }) => id)))
      .catch((err: unknown) => this.options.log.debug({ err, rows: rows.length }, 'outbox rows are to be sent again'))
      .finally(() => (this.stalled = undefined));
    throw new Error(`outbox relay: no confirm from the broker within ${this.confirmTimeoutMs} ms`);
  }
}

/** The message or its queue is to blame, not the broker's state. */
const isRefusal = (cause: unknown): boolean =>
  cause instanceof MessageEncodingError || cause instanceof MessageRefusedError || cause instanceof QueueMismatchError;
