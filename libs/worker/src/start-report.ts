/**
 * The report that a task has started. It waits a moment: many tasks are over before anybody could have looked, and for
 * them one message instead of two is a quarter less work for the broker and the coordinators.
 */
export class StartReport {
  private readonly startedAt = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private sent: Promise<void> | undefined;

  /** Reports the start unless the task ends within `patienceMs`; with 0 in any case. */
  constructor(
    private readonly report: (ranMs: number) => Promise<void>,
    patienceMs: number,
  ) {
    if (patienceMs > 0) this.timer = setTimeout(() => void this.send(), patienceMs);
    else void this.send();
  }

  /** Milliseconds since the start. */
  get ranMs(): number {
    return Math.round(performance.now() - this.startedAt);
  }

  /** Sends it now unless it was; resolves once it is safe at the broker. */
  send(): Promise<void> {
    if (!this.sent) {
      clearTimeout(this.timer);
      this.sent = this.report(this.ranMs);
      this.sent.catch(() => undefined); // awaited at the end; until then it must not count as unhandled
    }
    return this.sent;
  }

  /** The end of the task is reported: a start that was not will not be. Resolves once one that was is safe. */
  async end(): Promise<void> {
    this.drop();
    await this.sent;
  }

  /** A start that was not reported will not be. */
  drop(): void {
    clearTimeout(this.timer);
  }
}
