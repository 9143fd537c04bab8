import { parseDuration } from '../duration/duration';
import type { Task } from './task';

/** No back-off is longer than this. */
export const MAX_RETRY_DELAY_MS = 24 * 60 * 60_000;
const DEFAULT_SCALING_FACTOR = 2;

/** Whether a failed task is tried again: `retry.limit` counts the tries after the first. */
export const mayRetry = (task: Pick<Task, 'retry'>): boolean => (task.retry?.attempts ?? 0) < (task.retry?.limit ?? 0);

/** Milliseconds before retry number `attempt` (from 1) is handed out: initialDelay · scalingFactor^(attempt − 1), capped. */
export function retryDelayMs(retry: Task['retry'], attempt: number): number {
  if (!retry?.initialDelay) return 0;
  const factor = retry.scalingFactor ?? DEFAULT_SCALING_FACTOR;
  return Math.max(0, Math.min(parseDuration(retry.initialDelay) * factor ** (attempt - 1), MAX_RETRY_DELAY_MS));
}

/**
 * The next try of a failed task: the same evaluated document under a new id. Of the failed run it keeps, until it starts
 * itself, when that started, as the original has it.
 */
export function nextTry(failed: Task, id: string, now: Date): Task {
  const attempts = (failed.retry?.attempts ?? 0) + 1;
  const delayMs = retryDelayMs(failed.retry, attempts);
  const {
    nodeId: _node,
    scheduledAt: _scheduled,
    completedAt: _completed,
    failedAt: _failed,
    error: _error,
    result: _result,
    progress: _progress,
    redelivered: _redelivered,
    dueAt: _due,
    ...document
  } = failed;
  return {
    ...document,
    id,
    state: 'PENDING',
    attempt: 0,
    createdAt: now,
    retry: { ...failed.retry, attempts },
    ...(delayMs > 0 && { dueAt: new Date(now.getTime() + delayMs) }),
  };
}
