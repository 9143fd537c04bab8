/** Sends the progress of a run: the latest figure, one message at a time, however often the runtime reports. */
export class ProgressSender {
  private latest: number | undefined;
  private sending = false;

  constructor(
    private readonly send: (percent: number) => Promise<void>,
    private readonly onLoss: (error: unknown) => void,
  ) {}

  /** What is no number is ignored, what is out of range is clamped to 0…100. Never waits. */
  report(percent: number): void {
    if (Number.isNaN(percent)) return;
    this.latest = Math.min(100, Math.max(0, percent));
    if (!this.sending) void this.sendLatest();
  }

  private async sendLatest(): Promise<void> {
    this.sending = true;
    while (this.latest !== undefined) {
      const percent = this.latest;
      this.latest = undefined;
      await this.send(percent).catch(this.onLoss);
    }
    this.sending = false;
  }
}
