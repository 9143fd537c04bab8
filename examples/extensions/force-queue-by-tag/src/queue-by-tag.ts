import { Inject } from '@nestjs/common';
import { JobMiddleware, TaskMiddleware } from '@tork/engine';
import type { JobContext, Middleware, TaskContext } from '@tork/engine';

/** Injection token of {@link QueueByTag}. */
export const QUEUE_BY_TAG = Symbol('QUEUE_BY_TAG');

/** Where tasks with a tag have to go, whatever queue they name. Of several tags the first that is here counts. */
export type QueueByTag = ReadonlyMap<string, string>;

/** Sends all tasks of a job with such a tag to its queue, before the first of them exists. */
@JobMiddleware()
export class QueueOfJob implements JobMiddleware {
  constructor(@Inject(QUEUE_BY_TAG) private readonly queues: QueueByTag) {}

  handle: Middleware<JobContext> = async ({ event, job }, next) => {
    const queue = event === 'STATE_CHANGE' && job.state === 'PENDING' ? queueOf(job.tags, this.queues) : undefined;
    if (queue) for (const task of job.tasks) task.queue = queue;
    await next();
  };
}

/** Sends a task with such a tag of its own there, and wins over the tags of its job. */
@TaskMiddleware()
export class QueueOfTask implements TaskMiddleware {
  constructor(@Inject(QUEUE_BY_TAG) private readonly queues: QueueByTag) {}

  handle: Middleware<TaskContext> = async ({ event, task }, next) => {
    const queue = event === 'STATE_CHANGE' && task.state === 'PENDING' ? queueOf(task.tags, this.queues) : undefined;
    if (queue) task.queue = queue;
    await next();
  };
}

const queueOf = (tags: readonly string[] = [], queues: QueueByTag): string | undefined => {
  const tag = tags.find((one) => queues.has(one));
  return tag === undefined ? undefined : queues.get(tag);
};
