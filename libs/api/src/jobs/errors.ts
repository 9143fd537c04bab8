import { type JobState, TorkError } from '@tork/core';

/** A job in a final state was to be cancelled. */
export class JobNotRunningError extends TorkError {
  readonly code = 'JOB_NOT_RUNNING';
  constructor(readonly jobId: string) {
    super('job is not running');
  }
}

/** A job was to be restarted that has not failed, or has nothing left to run. */
export class JobNotRestartableError extends TorkError {
  readonly code = 'JOB_NOT_RESTARTABLE';
  constructor(
    readonly jobId: string,
    reason: { state: JobState } | 'nothing left',
  ) {
    super(
      reason === 'nothing left' ? 'job has no more tasks to run' : `job is ${reason.state} and can not be restarted`,
    );
  }
}

/** Whoever is logged in is not, or no longer, in the datastore. */
export class UserNotFoundError extends TorkError {
  readonly code = 'USER_NOT_FOUND';
  constructor(readonly username: string) {
    super('user not found');
  }
}

/** A job did not end within its `wait.timeout`. It goes on. */
export class WaitTimeoutError extends TorkError {
  readonly code = 'WAIT_TIMEOUT';
  constructor(readonly jobId: string) {
    super('timeout waiting for job to complete');
  }
}

/** A valid document asks for something that this version does not do. */
export class UnsupportedDocumentError extends TorkError {
  readonly code = 'UNSUPPORTED_DOCUMENT';
}
