export interface LeaseOptions {
  /** How long a confirmed heartbeat is worth, counted from when it was sent. */
  durationMs: number;
  /** Called when the lease ends. Everything that the node holds by then may run elsewhere already. */
  onLapse(): void;
  /** Milliseconds that only ever grow. Default `performance.now`. */
  now?(): number;
}

/**
 * The right of a node to go on with what it holds. Each heartbeat that the broker confirmed extends it, counted from
 * when the heartbeat was sent, because the coordinators count from when they got it: later. A process that was frozen
 * finds its lease ended at whatever it does first, so every use asks {@link check} instead of trusting the timer.
 */
export class Lease {
  private validUntilMs = -Infinity;
  private lapsedAtMs = -Infinity;
  private valid = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly waiting = new Set<() => void>();
  private readonly now: () => number;

  constructor(private readonly options: LeaseOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  /** Whether the node may act for what it holds, right now. */
  check(): boolean {
    if (this.valid && this.now() >= this.validUntilMs) {
      this.valid = false;
      this.lapsedAtMs = this.now();
      this.options.onLapse();
    }
    return this.valid;
  }

  /** The broker confirmed a heartbeat that was sent at `sentAtMs` of the same clock. */
  renew(sentAtMs: number): void {
    this.check();
    if (sentAtMs < this.lapsedAtMs) return; // it named tasks that were dropped since
    this.validUntilMs = Math.max(this.validUntilMs, sentAtMs + this.options.durationMs);
    const leftMs = this.validUntilMs - this.now();
    if (leftMs <= 0) return;
    this.valid = true;
    this.watch(leftMs);
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }

  /** Resolves when the lease is valid; rejects with the reason of `signal` when that aborts first. */
  whenValid(signal: AbortSignal): Promise<void> {
    if (this.check()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.waiting.delete(done);
        reject(signal.reason as Error);
      };
      const done = () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      if (signal.aborted) return onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      this.waiting.add(done);
    });
  }

  /** A timer may fire a little early, so it is set again until the lease has really ended. */
  private watch(leftMs: number): void {
    clearTimeout(this.timer);
    const look = () => {
      if (this.check()) this.watch(this.validUntilMs - this.now());
    };
    this.timer = setTimeout(look, Math.max(1, Math.ceil(leftMs))).unref();
  }

  /** Ends the timer. Nothing lapses any more by itself. */
  close(): void {
    clearTimeout(this.timer);
  }
}
