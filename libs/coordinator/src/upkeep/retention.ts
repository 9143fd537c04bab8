import type { Datastore } from '@tork/datastore';
import type { CoordinatorLog } from '../log';

export interface RetentionOptions {
  datastore: Pick<Datastore, 'purge'>;
  /** Log parts older than this go. Default 7 days, set by `datastore.retention.logs.duration`. */
  logsMs: number;
  /** Ended jobs created longer ago than this go. Default 365 days, set by `datastore.retention.jobs.duration`. */
  jobsMs: number;
  log: CoordinatorLog;
  now?: () => Date;
}

const MINUTE_MS = 60_000;
const LONGEST_MS = 60 * MINUTE_MS;
/** Rows of a kind per transaction, so that none holds locks for long. */
const LIMIT = 1_000;
/** Nodes are listed for five minutes after their last sign of life; their rows are kept a little longer. */
const NODES_MS = 60 * MINUTE_MS;

/** Deletes what has outlived its use. More often while there is something to delete, at most once a minute. */
export class Retention {
  private intervalMs = MINUTE_MS;
  private limit = LIMIT;

  constructor(private readonly options: RetentionOptions) {}

  /**
   * Deletes all that is due, in transactions of bounded size: what comes in faster than a few of them a minute would
   * otherwise never go. Returns milliseconds to the next call. Rejects while the datastore is away.
   */
  async run(signal?: AbortSignal): Promise<number> {
    const total = { logs: 0, jobs: 0, nodes: 0 };
    for (let more = true; more && !signal?.aborted;) {
      const { limit } = this;
      const removed = await this.purge(limit);
      for (const kind of ['logs', 'jobs', 'nodes'] as const) total[kind] += removed[kind];
      more = removed.logs >= limit || removed.jobs >= limit;
    }
    const any = total.logs + total.jobs + total.nodes > 0;
    if (any) this.options.log.info(total, 'removed what is past its retention');
    this.intervalMs = Math.min(LONGEST_MS, Math.max(MINUTE_MS, any ? this.intervalMs / 2 : this.intervalMs * 2));
    return this.intervalMs + Math.random() * MINUTE_MS;
  }

  /** One transaction. After one that failed, perhaps because its jobs have too many tasks for the time there is, a smaller one. */
  private async purge(limit: number): ReturnType<Datastore['purge']> {
    const { datastore, jobsMs, logsMs, now: clock } = this.options;
    const now = clock?.() ?? new Date();
    const ago = (ms: number) => new Date(now.getTime() - ms);
    this.limit = Math.max(1, limit >> 1);
    const before = { logsBefore: ago(logsMs), jobsBefore: ago(jobsMs), nodesBefore: ago(NODES_MS) };
    const removed = await datastore.purge({ now, ...before, limit });
    this.limit = Math.min(LIMIT, limit * 2);
    return removed;
  }
}
