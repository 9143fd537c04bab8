import { setTimeout as sleep } from 'node:timers/promises';
import type { HealthProbe } from './health-probe';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Closed while the runtime cannot run tasks. A worker whose Docker daemon is away would otherwise take one task after
 * the other and lose them all, faster than any healthy worker could take them.
 */
export class RuntimeGate {
  private recovery: Promise<void> | undefined;
  private failures = 0;

  /** `signal` ends the waiting when the worker stops. */
  constructor(
    private readonly health: HealthProbe,
    private readonly signal: AbortSignal,
    private readonly firstPauseMs = FIRST_PAUSE_MS,
  ) {}

  get isOpen(): boolean {
    return this.recovery === undefined;
  }

  /** A run came to nothing because of the runtime. Closed until it is healthy, longer after each failure in a row. */
  close(): void {
    this.recovery ??= this.recover().finally(() => (this.recovery = undefined));
  }

  /** A run came to its end: whatever was wrong is over. */
  proved(): void {
    this.failures = 0;
  }

  /** Resolves when the gate is open, or the worker stops. */
  async whenOpen(): Promise<void> {
    await this.recovery;
  }

  /** A health check may well pass where runs fail (a full disk answers pings), so there is a pause in any case. */
  private async recover(): Promise<void> {
    for (;;) {
      const pauseMs = Math.min(LONGEST_PAUSE_MS, this.firstPauseMs * 2 ** this.failures++);
      try {
        await sleep(pauseMs, undefined, { signal: this.signal, ref: false });
      } catch {
        return;
      }
      const healthy = await this.health.check().then(
        () => true,
        () => false,
      );
      if (healthy) return;
    }
  }
}
