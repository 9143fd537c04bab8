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
  /** What is to be hidden in what is on its way through a chain. */
  private readonly secrets = new WeakMap<object, HiddenTexts>();

  constructor(private readonly options: ReadChainsOptions) {}

  async job(job: Job): Promise<Job> {
    const context: JobContext = { event: 'READ', job };
    this.secrets.set(context, secretsOf(job));
    await this.run('job', this.options.job, context, () => this.hideInJob(context));
    if (this.options.job?.length) this.hideInJob(context);
    return context.job as Job;
  }

  /** Rejects with JobNotFoundError when nobody can say what is to be hidden. */
  async task(task: Task): Promise<Task> {
    const context: TaskContext = { event: 'READ', task };
    this.secrets.set(context, await this.secretsOf(task.jobId));
    await this.run('task', this.options.task, context, () => this.hideInTask(context));
    if (this.options.task?.length) this.hideInTask(context);
    return context.task;
  }

  /** A page of the output of one job; rejects like {@link task}. */
  async log(page: Page<TaskLogPart>, jobId: string): Promise<Page<TaskLogPart>> {
    const context: LogContext = { event: 'READ', parts: page.items };
    this.secrets.set(context, await this.secretsOf(jobId));
    await this.run('log', this.options.log, context, () => this.hideInLog(context));
    if (this.options.log?.length) this.hideInLog(context);
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

  private run<C>(kind: string, chain: readonly Middleware<C>[] = [], context: C, innermost: () => void): Promise<void> {
    return runChain(kind, chain, async () => innermost(), context, this.options);
  }

  private async secretsOf(jobId: string): Promise<HiddenTexts> {
    const { datastore, redactor } = this.options;
    if (!redactor) return secretsOf();
    const hidden = (await datastore.jobSecrets([jobId])).get(jobId);
    if (!hidden) throw new JobNotFoundError(jobId);
    return hidden;
  }

  private hideInJob(context: JobContext): void {
    const { redactor } = this.options;
    if (redactor) context.job = redactor.job(context.job as Job, this.secrets.get(context));
  }

  private hideInTask(context: TaskContext): void {
    const { redactor } = this.options;
    if (redactor) context.task = redactor.task(context.task, this.secrets.get(context) ?? secretsOf());
  }

  private hideInLog(context: LogContext): void {
    const { redactor } = this.options;
    if (redactor) context.parts = redactor.log(context.parts, this.secrets.get(context) ?? secretsOf());
  }
}
