import { isActiveJob, type Job, type JobCommand, JobNotFoundError } from '@tork/core';
import type { Datastore } from '@tork/datastore';
import type { Outbox } from '@tork/outbox';
import { JobNotRestartableError, JobNotRunningError } from './errors';

/**
 * Asks the coordinators to cancel or restart a job. The wish is checked against the locked row and written in the same
 * transaction, so that one that was accepted is never lost; whether anything still happens is decided when it is read.
 */
export class JobCommands {
  constructor(
    private readonly datastore: Pick<Datastore, 'transaction'>,
    private readonly outbox: Pick<Outbox, 'publish'>,
  ) {}

  /** Rejects with JobNotFoundError, or JobNotRunningError when the job has ended. */
  cancel(jobId: string): Promise<void> {
    return this.send('cancel', jobId, (job) => {
      if (!isActiveJob(job.state)) throw new JobNotRunningError(jobId);
    });
  }

  /** Rejects with JobNotFoundError, or JobNotRestartableError when it has not failed or has nothing left to run. */
  restart(jobId: string): Promise<void> {
    return this.send('restart', jobId, (job) => {
      if (job.state !== 'FAILED' && job.state !== 'CANCELLED') {
        throw new JobNotRestartableError(jobId, { state: job.state });
      }
      if (job.position > job.tasks.length) throw new JobNotRestartableError(jobId, 'nothing left');
    });
  }

  private async send(type: JobCommand['type'], jobId: string, check: (job: Job) => void): Promise<void> {
    const rows = await this.datastore.transaction(async (tx) => {
      const [job] = await tx.lockJobs([jobId]);
      if (!job) throw new JobNotFoundError(jobId);
      check(job);
      const body: JobCommand = { type, jobId };
      return tx.write({ outbox: [{ queue: 'jobs', body }] });
    });
    this.outbox.publish(rows);
  }
}
