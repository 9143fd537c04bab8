import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export interface BackoffOptions {
  /** No pause is shorter. */
  floorMs: number;
  /** What the first pause is at most; doubled with every further one. */
  baseMs: number;
  /** No pause is longer. */
  capMs: number;
}

/** Pauses that grow with every failure in a row, drawn at random so that many who failed together do not return so. */
export class Backoff {
  private failures = 0;

  constructor(private readonly options: BackoffOptions) {}

  /** The pause after one more failure, in milliseconds. */
  next(): number {
    const { floorMs, baseMs, capMs } = this.options;
    const ceiling = Math.min(capMs, baseMs * 2 ** this.failures);
    this.failures = Math.min(this.failures + 1, 30);
    return floorMs + Math.random() * Math.max(0, ceiling - floorMs);
  }

  reset(): void {
    this.failures = 0;
  }
}

/** Between two attempts at a message whose handler fails: soon for a hiccup, rarely for one that fails for good. */
export const redeliveryBackoff = (): Backoff => new Backoff({ floorMs: 50, baseMs: 100, capMs: 5_000 });

/** Resolves after `ms`, or as soon as the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  setMaxListeners(0, signal); // there may be as many as there are slots
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
