import type { Task, TaskRedelivered } from '@tork/core';
import { RuntimeUnavailableError } from '@tork/runtime';
import { LeaseLostError, WorkerStoppingError } from './abort-reasons';

/** What became of a hand-out on this node. */
export type Outcome =
  | { type: 'completed'; result?: string }
  | { type: 'failed'; error: string }
  | { type: 'redelivered'; reason: TaskRedelivered['reason']; cause?: Error };

/**
 * Longest result of a task, and longest error text, in characters. Both travel in one message, and a message beyond the
 * broker's limit (128 MiB in RabbitMQ, where a character may take six bytes) would come back for ever.
 */
export const MAX_TEXT_CHARS = 16 * 1024 * 1024;

export function completed(result: string | undefined): Outcome {
  if (!result) return { type: 'completed' };
  if (result.length <= MAX_TEXT_CHARS) return { type: 'completed', result };
  return failed(`the result has ${result.length} characters, more than the ${MAX_TEXT_CHARS} that are allowed`);
}

export function failed(error: string): Outcome {
  return { type: 'failed', error: error.length <= MAX_TEXT_CHARS ? error : `${error.slice(0, MAX_TEXT_CHARS)}…` };
}

/** What an error that ended a run, or the reason it was aborted for, makes of the task. */
export function outcomeOfError(error: unknown): Outcome {
  if (error instanceof WorkerStoppingError) return { type: 'redelivered', reason: 'returned' };
  if (error instanceof LeaseLostError || error instanceof RuntimeUnavailableError) {
    return { type: 'redelivered', reason: 'lost', cause: error };
  }
  return failed(error instanceof Error ? error.message || error.name : String(error));
}

/** What the state in which the chain left a task says. A link may have set it instead of calling `next`. */
export function outcomeOfState(task: Task): Outcome {
  switch (task.state) {
    case 'COMPLETED':
      return completed(task.result);
    case 'FAILED':
      return failed(task.error ?? '');
    default:
      return failed(`unexpected state ${task.state} for task ${task.id}`);
  }
}
