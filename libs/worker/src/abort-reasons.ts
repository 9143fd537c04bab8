import { TorkError } from '@tork/core';

/** The coordinator took the task back: its job was cancelled or failed, or a newer attempt was handed out. */
export class TaskCancelledError extends TorkError {
  readonly code = 'TASK_CANCELLED';
  constructor() {
    super('context canceled');
  }
}

/** This node could not prove in time that it is alive, so its tasks may already run elsewhere. */
export class LeaseLostError extends TorkError {
  readonly code = 'LEASE_LOST';
  constructor() {
    super('the lease of this node ended');
  }
}

/** The worker shuts down and the grace period is over. */
export class WorkerStoppingError extends TorkError {
  readonly code = 'WORKER_STOPPING';
  constructor() {
    super('the worker is shutting down');
  }
}
