import { type HiddenTexts, type Job, JobNotFoundError, jobSummary, secretsOf } from '@tork/core';
import type { JobSummary, Page, Task, TaskLogPart } from '@tork/core';
import type { Datastore } from '@tork/datastore';
import {
  type JobContext,
  type LogContext,
  type Middleware,
  type Redactor,
  runChain,
  type RunOptions,
  type TaskContext,
} from '@tork/middleware';

export interface ReadChainsOptions extends RunOptions {
  job?: readonly Middleware<JobContext>[];
  task?: readonly Middleware<TaskContext>[];
  log?: readonly Middleware<LogContext>[];
  /** Absent: secrets are shown. */
  redactor?: Redactor;
  datastore: Pick<Datastore, 'jobSecrets'>;
}

/**
 * What a user is about to read passes the `READ` chains first; the answer is what the links leave of it, without the
 * secrets. Those are hidden behind the last link, so that none sees them on the way back, and once more at the end: what
 * links add is covered, and so is what they do not pass on. Lists and the answer to a submission have no chain.
 */
export class ReadChains {
  constructor(private readonly options: ReadChainsOptions) {}

  async job(job: Job): Promise<Job> {
    const context: JobContext = { event: 'READ', job };
    const secrets = secretsOf(job);
    await this.run('job', this.options.job, context, (redactor) => {
      context.job = redactor.job(context.job as Job, secrets);
    });
    return context.job as Job;
  }

  /** Rejects with JobNotFoundError when nobody can say what is to be hidden. */
  async task(task: Task): Promise<Task> {
    const context: TaskContext = { event: 'READ', task };
    const secrets = await this.secretsOf(task.jobId);
    await this.run('task', this.options.task, context, (redactor) => {
      context.task = redactor.task(context.task, secrets);
    });
    return context.task;
  }

  /** A page of the output of one job; rejects like {@link task}. */
  async log(page: Page<TaskLogPart>, jobId: string): Promise<Page<TaskLogPart>> {
    const context: LogContext = { event: 'READ', parts: page.items };
    const secrets = await this.secretsOf(jobId);
    await this.run('log', this.options.log, context, (redactor) => {
      context.parts = redactor.log(context.parts, secrets);
    });
    return { ...page, items: context.parts };
  }

  /** What was just submitted. */
  accepted(job: Job): JobSummary {
    const summary = jobSummary(job);
    return this.options.redactor?.jobSummary(summary, secretsOf(job)) ?? summary;
  }

  /** A page of a list. Jobs that have been deleted since are left out: nobody can say what is to be hidden in them. */
  async list(page: Page<JobSummary>): Promise<Page<JobSummary>> {
    const { datastore, redactor } = this.options;
    if (!redactor || page.items.length === 0) return page;
    const secrets = await datastore.jobSecrets(page.items.map(({ id }) => id));
    const items = page.items.flatMap((summary) => {
      const hidden = secrets.get(summary.id);
      return hidden ? [redactor.jobSummary(summary, hidden)] : [];
    });
    return { ...page, items, size: items.length };
  }

  /** Runs a chain, with `hide` behind its last link and, where there is any, once more at its end. */
  private async run<C>(
    kind: string,
    chain: readonly Middleware<C>[] = [],
    context: C,
    hide: (redactor: Redactor) => void,
  ): Promise<void> {
    const { redactor } = this.options;
    await runChain(kind, chain, async () => redactor && hide(redactor), context, this.options);
    if (redactor && chain.length > 0) hide(redactor);
  }

  private async secretsOf(jobId: string): Promise<HiddenTexts> {
    const { datastore, redactor } = this.options;
    if (!redactor) return secretsOf();
    const hidden = (await datastore.jobSecrets([jobId])).get(jobId);
    if (!hidden) throw new JobNotFoundError(jobId);
    return hidden;
  }
}
