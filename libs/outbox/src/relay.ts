import type { Broker } from '@tork/broker';
import type { Datastore } from '@tork/datastore';
import type { OutboxLog } from './outbox';

export interface OutboxRelayOptions {
  datastore: Pick<Datastore, 'transaction'>;
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

  constructor(private readonly options: OutboxRelayOptions) {
    this.olderThanMs = options.olderThanMs ?? 5_000;
    this.limit = options.limit ?? 500;
    this.confirmTimeoutMs = options.confirmTimeoutMs ?? 10_000;
  }

  /** Sends all that is due now, in transactions of bounded size. Returns how many rows were sent. */
  async sweep(signal?: AbortSignal): Promise<number> {
    let total = 0;
    while (!signal?.aborted) {
      const sent = await this.sweepOnce();
      total += sent;
      if (sent < this.limit) break;
    }
    if (total > 0) this.options.log.warn({ rows: total }, 'outbox relay sent forgotten messages');
    return total;
  }

  private sweepOnce(): Promise<number> {
    return this.options.datastore.transaction(async (tx) => {
      const now = this.options.now?.() ?? new Date();
      const rows = await tx.claimOutbox({ before: new Date(now.getTime() - this.olderThanMs), now, limit: this.limit });
      if (rows.length === 0) return 0;
      await withTimeout(
        this.options.broker.publish(rows),
        this.confirmTimeoutMs,
        'outbox relay: no confirm from the broker',
      );
      await tx.deleteOutbox(rows.map((row) => row.id));
      return rows.length;
    });
  }
}

async function withTimeout<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
