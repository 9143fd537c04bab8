import { TorkError } from '@tork/core';

/** A coordinator's queue or a private one was to be deleted. */
export class NotATaskQueueError extends TorkError {
  readonly code = 'NOT_A_TASK_QUEUE';
  constructor(readonly queue: string) {
    super(`queue ${queue} is not a task queue`);
  }
}

/** The broker could not answer a question about its queues. The message is the broker's. */
export class BrokerRequestError extends TorkError {
  readonly code = 'BROKER_REQUEST_FAILED';
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
