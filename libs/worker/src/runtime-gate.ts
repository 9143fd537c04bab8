import { setTimeout as sleep } from 'node:timers/promises';
import type { HealthProbe } from './health-probe';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export interface RuntimeGateOptions {
  health: Pick<HealthProbe, 'check'>;
  /** Ends the waiting when the worker stops. */
  stopping: AbortSignal;
  /** Waits; rejects when the signal aborts. Default: a timer that keeps no process alive. */
  pause?(ms: number, signal: AbortSignal): Promise<unknown>;
}

/**
 * Closed while the runtime cannot run tasks. A worker whose Docker daemon is away would otherwise take one task after
 * the other and lose them all, faster than any healthy worker could take them.
 */
export class RuntimeGate {
  private recovery: Promise<void> | undefined;
  private failures = 0;

  constructor(private readonly options: RuntimeGateOptions) {}

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
    const { health, stopping, pause = quietly } = this.options;
    for (;;) {
      try {
        await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures++), stopping);
      } catch {
        return;
      }
      const healthy = await health.check().then(
        () => true,
        () => false,
      );
      if (healthy) return;
    }
  }
}

const quietly = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal, ref: false });
