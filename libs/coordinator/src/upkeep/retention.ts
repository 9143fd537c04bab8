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
/** Rows of a kind per round, so that no round holds locks for long. */
const LIMIT = 1_000;
/** Nodes are listed for five minutes after their last sign of life; their rows are kept a little longer. */
const NODES_MS = 60 * MINUTE_MS;

/** Deletes what has outlived its use. More often while there is something to delete, at most once a minute. */
export class Retention {
  private intervalMs = MINUTE_MS;

  constructor(private readonly options: RetentionOptions) {}

  /** One round. Returns milliseconds to the next. */
  async run(): Promise<number> {
    const now = this.options.now?.() ?? new Date();
    const ago = (ms: number) => new Date(now.getTime() - ms);
    const removed = await this.options.datastore.purge({
      now,
      logsBefore: ago(this.options.logsMs),
      jobsBefore: ago(this.options.jobsMs),
      nodesBefore: ago(NODES_MS),
      limit: LIMIT,
    });
    const any = removed.logs + removed.jobs + removed.nodes > 0;
    if (any) this.options.log.info(removed, 'removed what is past its retention');
    this.intervalMs = Math.min(LONGEST_MS, Math.max(MINUTE_MS, any ? this.intervalMs / 2 : this.intervalMs * 2));
    return this.intervalMs + Math.random() * MINUTE_MS;
  }
}
