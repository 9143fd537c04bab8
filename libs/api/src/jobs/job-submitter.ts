import type { Job, JobCommand, OutgoingMessage } from '@tork/core';
import { type Datastore, DatastoreUnavailableError, type OutboxRow } from '@tork/datastore';
import type { Outbox } from '@tork/outbox';

export interface JobSubmitterOptions {
  datastore: Pick<Datastore, 'transaction'>;
  outbox: Pick<Outbox, 'publish'>;
  /** Most jobs in one transaction. Default 200. */
  maxJobs?: number;
  /** Most bytes of documents in one transaction; a larger job goes alone. Default 4 MiB. */
  maxBytes?: number;
}

interface Submission {
  job: Job;
  bytes: number;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Stores new jobs, each with the message that starts it. What arrives while a transaction is under way goes into the
 * next one, so that under load the price of a commit is shared, and without load nobody waits for company.
 */
export class JobSubmitter {
  private waiting: Submission[] = [];
  private isWriting = false;

  constructor(private readonly options: JobSubmitterOptions) {}

  /**
   * Resolves when the job is committed: from then on it reaches a final state, whatever dies. Rejects with the error
   * of this job alone; after a {@link DatastoreUnavailableError} it is not known whether the job was stored.
   * `bytes` is about the size of its document.
   */
  submit(job: Job, bytes = 0): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ job, bytes, resolve, reject });
      if (this.isWriting) return;
      this.isWriting = true;
      // What else the event loop has to hand out at this moment comes along.
      setImmediate(() => void this.writeAll());
    });
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) await this.write(this.takeBatch());
    // At once after the last look: who is answered may submit again before anything else happens.
    this.isWriting = false;
  }

  private takeBatch(): Submission[] {
    const { maxJobs = 200, maxBytes = 4 * 1024 * 1024 } = this.options;
    let count = 0;
    let bytes = 0;
    for (const submission of this.waiting) {
      bytes += submission.bytes;
      if (count > 0 && (count === maxJobs || bytes > maxBytes)) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  /** Never rejects. A batch that fails is halved until the job that cannot be stored is alone. */
  private async write(batch: Submission[]): Promise<void> {
    let rows: OutboxRow[];
    try {
      rows = await this.options.datastore.transaction((tx) =>
        tx.write({ newJobs: batch.map(({ job }) => job), outbox: batch.map(({ job }) => startOf(job)) }),
      );
    } catch (error) {
      if (batch.length === 1 || error instanceof DatastoreUnavailableError) {
        for (const { reject } of batch) reject(error);
        return;
      }
      const half = batch.length >> 1;
      await this.write(batch.slice(0, half));
      return this.write(batch.slice(half));
    }
    this.options.outbox.publish(rows);
    for (const { resolve } of batch) resolve();
  }
}

function startOf(job: Job): OutgoingMessage {
  const body: JobCommand = { type: 'start', jobId: job.id };
  return { queue: 'jobs', body };
}
