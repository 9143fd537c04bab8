/** The longest delay that `setTimeout` keeps; anything longer would fire at once. About 24.8 days. */
const LONGEST_MS = 2 ** 31 - 1;

export interface LongTimeout {
  clear(): void;
}

/** `setTimeout` for any delay. Does not keep the process alive. */
export function longTimeout(run: () => void, delayMs: number): LongTimeout {
  let timer: NodeJS.Timeout;
  const wait = (leftMs: number): void => {
    timer =
      leftMs > LONGEST_MS
        ? setTimeout(() => wait(leftMs - LONGEST_MS), LONGEST_MS).unref()
        : setTimeout(run, leftMs).unref();
  };
  wait(delayMs);
  return { clear: () => clearTimeout(timer) };
}
