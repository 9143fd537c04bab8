import { TorkError } from './tork-error';

/** No job of this id, or none that the current user may see. */
export class JobNotFoundError extends TorkError {
  readonly code = 'JOB_NOT_FOUND';
  constructor(readonly jobId: string) {
    super('job not found');
  }
}

/** No task of this id, or none that the current user may see. */
export class TaskNotFoundError extends TorkError {
  readonly code = 'TASK_NOT_FOUND';
  constructor(readonly taskId: string) {
    super('task not found');
  }
}

/** No queue of this name at the broker. */
export class QueueNotFoundError extends TorkError {
  readonly code = 'QUEUE_NOT_FOUND';
  constructor(readonly queue: string) {
    super(`queue ${queue} not found`);
  }
}
