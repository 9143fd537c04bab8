import type { Job, Task, TaskLogPart } from '@tork/core';
import {
  compose,
  type Handler,
  type JobContext,
  type LogContext,
  type Middleware,
  type TaskContext,
} from '@tork/middleware';

export interface ReadChainsOptions {
  job?: readonly Middleware<JobContext>[];
  task?: readonly Middleware<TaskContext>[];
  log?: readonly Middleware<LogContext>[];
}

const done = () => Promise.resolve();

/** What a user is about to read passes the `READ` chains first; the answer is what the links leave of it. */
export class ReadChains {
  private readonly jobChain: Handler<JobContext>;
  private readonly taskChain: Handler<TaskContext>;
  private readonly logChain: Handler<LogContext>;

  constructor({ job = [], task = [], log = [] }: ReadChainsOptions) {
    this.jobChain = compose(job, done);
    this.taskChain = compose(task, done);
    this.logChain = compose(log, done);
  }

  async job(job: Job): Promise<Job> {
    const context = { event: 'READ' as const, job };
    await this.jobChain(context);
    return context.job;
  }

  async task(task: Task): Promise<Task> {
    const context: TaskContext = { event: 'READ', task };
    await this.taskChain(context);
    return context.task;
  }

  async log(parts: TaskLogPart[]): Promise<TaskLogPart[]> {
    const context: LogContext = { event: 'READ', parts };
    await this.logChain(context);
    return context.parts;
  }
}
