export interface SuspectsOptions {
  /** Between the first message about a suspect and the second; doubled with each further one. */
  pauseMs: number;
  /** No pause is longer. */
  longestPauseMs: number;
  /** What was not found for this long is no suspect any more. */
  forgetAfterMs: number;
}

interface Suspect {
  /** When it may be acted upon (again), by the caller's clock. */
  nextAtMs: number;
  foundAtMs: number;
  pauseMs: number;
  acted: boolean;
}

/**
 * Remembers what sweeps found. What may only look lost, because a message about it is being handled right now, is acted
 * upon when it is still found a while later; what goes on being found, ever more rarely: something keeps it from moving
 * that no message changes, such as a middleware that does not let it pass.
 */
export class Suspects {
  private readonly known = new Map<string, Suspect>();
  constructor(private readonly options: SuspectsOptions) {}

  /** How many have been acted upon and are still found: they take up room in whatever is found next. */
  get stubborn(): number {
    let count = 0;
    for (const { acted } of this.known.values()) if (acted) count++;
    return count;
  }

  /** Whether it is time to act upon what was found: at once, or when it was first found `settleMs` ago. */
  isDue(key: string, nowMs: number, settleMs: number): boolean {
    const suspect = this.suspect(key, nowMs + settleMs);
    suspect.foundAtMs = nowMs;
    if (nowMs < suspect.nextAtMs) return false;
    suspect.acted = true;
    suspect.nextAtMs = nowMs + suspect.pauseMs;
    suspect.pauseMs = Math.min(this.options.longestPauseMs, suspect.pauseMs * 2);
    return true;
  }

  /** To be called after each sweep. */
  forget(nowMs: number): void {
    for (const [key, { foundAtMs }] of this.known)
      if (nowMs - foundAtMs > this.options.forgetAfterMs) this.known.delete(key);
  }

  private suspect(key: string, nextAtMs: number): Suspect {
    const known = this.known.get(key);
    if (known) return known;
    const fresh = { nextAtMs, foundAtMs: nextAtMs, pauseMs: this.options.pauseMs, acted: false };
    this.known.set(key, fresh);
    return fresh;
  }
}
