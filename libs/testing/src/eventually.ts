import { setTimeout as sleep } from 'node:timers/promises';

export interface EventuallyOptions {
  /** How long the assertion may go on failing. Default 10 s. */
  timeoutMs?: number;
  /** Pause between two tries. Default 20 ms. */
  intervalMs?: number;
}

/**
 * Repeats an assertion until it holds and resolves with what it returned; rejects with its last failure when time is
 * up. For what happens on its own and gives no signal, so that no test has to wait for a guessed while.
 */
export async function eventually<T>(assertion: () => T | Promise<T>, options: EventuallyOptions = {}): Promise<T> {
  const { timeoutMs = 10_000, intervalMs = 20 } = options;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await within(assertion, deadline);
    } catch (error) {
      if (Date.now() + intervalMs >= deadline) throw notInTime(error, timeoutMs);
    }
    await sleep(intervalMs);
  }
}

/** A try that hangs is a failure too: without this a promise that never settles would end only with the test. */
async function within<T>(assertion: () => T | Promise<T>, deadline: number): Promise<T> {
  const timer = new AbortController();
  const expired = sleep(Math.max(0, deadline - Date.now()), undefined, { signal: timer.signal }).then(() => {
    throw new Error('the assertion did not come to an end');
  });
  try {
    return await Promise.race([(async () => assertion())(), expired]);
  } finally {
    timer.abort();
    expired.catch(() => undefined);
  }
}

/** Keeps the type of the failure, whose differences the test runner knows how to show. */
function notInTime(error: unknown, timeoutMs: number): unknown {
  if (error instanceof Error) error.message = `still not after ${timeoutMs} ms: ${error.message}`;
  return error;
}
