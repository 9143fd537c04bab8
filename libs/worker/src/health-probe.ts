import { waitAtMost } from './wait-at-most';

/**
 * Asks a part of the process whether it works. All who ask at the same time share one question, and one that was never
 * answered is not asked again beside itself: a daemon that hangs must not be buried under health checks.
 */
export class HealthProbe {
  private asked: Promise<void> | undefined;

  /** `name` is what errors call it; `ask` rejects with what is wrong. */
  constructor(
    private readonly name: string,
    private readonly ask: () => Promise<void>,
    private readonly limitMs = 5_000,
  ) {}

  /** Resolves when all is well; rejects with what is wrong, or when there is no answer within the limit. */
  async check(): Promise<void> {
    this.asked ??= this.ask().finally(() => (this.asked = undefined));
    if (await waitAtMost(this.limitMs, this.asked)) return;
    this.asked?.catch(() => undefined); // nobody is left to hear a late failure
    throw new Error(`${this.name} did not answer its health check within ${this.limitMs / 1000} s`);
  }
}
