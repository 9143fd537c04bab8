import type { CoordinatorLog } from '../log';

/** Node's timers fire at once for delays beyond this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Work that comes round again: never twice at the same time, never stopped by a failure. */
export class Periodic {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private readonly stopped = new AbortController();

  constructor(
    private readonly name: string,
    /** Returns milliseconds to the next round, or nothing for `intervalMs`. */
    private readonly work: (signal: AbortSignal) => Promise<number | void>,
    private readonly options: { intervalMs: number; firstAfterMs?: number; log: CoordinatorLog },
  ) {}

  start(): void {
    this.schedule(this.options.firstAfterMs ?? this.options.intervalMs);
  }

  /** Waits for a round under way. Idempotent. */
  async stop(): Promise<void> {
    this.stopped.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  /** Up to a tenth sooner or later, so that processes started together do not all come at once. */
  private schedule(delayMs: number): void {
    if (this.stopped.signal.aborted) return;
    const jittered = delayMs * (0.9 + Math.random() * 0.2);
    this.timer = setTimeout(() => void this.round(), Math.min(LONGEST_TIMER_MS, jittered));
  }

  private async round(): Promise<void> {
    let next: number | void = undefined;
    this.running = (async () => {
      try {
        next = await this.work(this.stopped.signal);
      } catch (err) {
        this.options.log.warn({ err }, `${this.name} failed; tried again later`);
      }
    })();
    await this.running;
    this.schedule(next ?? this.options.intervalMs);
  }
}
