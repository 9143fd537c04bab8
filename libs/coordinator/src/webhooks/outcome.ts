/** What a receiver said, as far as it matters. */
export interface Answer {
  readonly status: number;
  /** The header `Retry-After`. */
  readonly retryAfter?: string;
}

/** What becomes of a delivery after an attempt. */
export type Outcome = { type: 'delivered' } | { type: 'retry'; afterMs: number } | { type: 'given up' };

/** Attempts of a delivery, the first included. */
export const MAX_ATTEMPTS = 5;
/** The pause before the second attempt; it grows by as much with each. */
const PAUSE_MS = 2_000;
/** Nobody is waited for longer, whatever he asks for: the calls behind this one wait, too. */
const LONGEST_PAUSE_MS = 60_000;
/** What passes. All other statuses are final. */
const PASSING: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/**
 * What follows from an attempt, `attempt` counting from 1. No `answer`: the receiver could not be reached, or was too
 * slow.
 */
export function outcomeOf(answer: Answer | undefined, attempt: number, now: Date): Outcome {
  if (answer && answer.status >= 200 && answer.status < 300) return { type: 'delivered' };
  if ((answer && !PASSING.has(answer.status)) || attempt >= MAX_ATTEMPTS) return { type: 'given up' };
  const asked = Math.min(LONGEST_PAUSE_MS, retryAfterMs(answer?.retryAfter, now));
  return { type: 'retry', afterMs: Math.max(PAUSE_MS * attempt, asked) };
}

/** Seconds, or a date; 0 for anything else. */
function retryAfterMs(value: string | undefined, now: Date): number {
  if (value === undefined) return 0;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now.getTime());
}
