import { TorkError } from '@tork/core';

/** The task failed: its script, its image or its definition is to blame. Counts as an attempt. */
export class TaskFailedError extends TorkError {
  readonly code = 'TASK_FAILED';
}

/** The runtime failed: daemon gone, disk full. The task is handed out again, up to the redelivery limit. */
export class RuntimeUnavailableError extends TorkError {
  readonly code = 'RUNTIME_UNAVAILABLE';
}
