import { RuntimeUnavailableError, TaskFailedError } from '../errors';

/** How the client reports an answer that is no success. */
interface AnswerError extends Error {
  statusCode?: number;
  json?: { message?: string } | Buffer | null;
}

/** What a daemon says when its host is short of something: another host, or a later try, may do better. */
const HOST_IN_NEED =
  /no space left on device|disk quota exceeded|too many open files|cannot allocate memory|resource temporarily unavailable|read-only file system/i;

/** The status of the daemon's answer; `undefined` when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  return (error as AnswerError).statusCode;
}

export const isNotFound = (error: unknown): boolean => statusOf(error) === 404;

/** What went wrong, in the daemon's words if it answered. */
export function daemonText(error: unknown): string {
  const { json, message } = error as AnswerError;
  if (statusOf(error) === undefined) return message;
  const said = json && 'message' in json ? json.message : undefined;
  return `Error response from daemon: ${said ?? message}`;
}

/**
 * A failed request about a task as an error of the task or, when the daemon did not answer or cannot work, of the
 * runtime. Errors that are already one or the other stay what they are.
 */
export function blame(what: string, error: unknown): Error {
  if (error instanceof TaskFailedError || error instanceof RuntimeUnavailableError) return error;
  const text = `${what}: ${daemonText(error)}`;
  const status = statusOf(error);
  const isOurs = status === undefined || status === 503 || HOST_IN_NEED.test(text);
  return isOurs ? new RuntimeUnavailableError(text, { cause: error }) : new TaskFailedError(text, { cause: error });
}

/** An error of the task or the runtime with what it happened to in front; any other as it is. */
export function during(what: string, error: unknown): unknown {
  if (error instanceof TaskFailedError) return new TaskFailedError(`${what}: ${error.message}`, { cause: error });
  if (error instanceof RuntimeUnavailableError) {
    return new RuntimeUnavailableError(`${what}: ${error.message}`, { cause: error });
  }
  return error;
}
