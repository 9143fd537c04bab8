/** Does something again and again, each time the same while after the last time was over. Keeps no process alive. */
export class Periodic {
  private timer: NodeJS.Timeout;
  private working: Promise<void> = Promise.resolve();
  private isStopped = false;

  /** @param onFailure is told of a rejection; the work goes on nevertheless */
  constructor(
    private readonly pauseMs: number,
    private readonly work: () => Promise<void>,
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.timer = this.schedule();
  }

  /** Resolves when what is being done is over. Safe to call twice. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.working;
  }

  private schedule(): NodeJS.Timeout {
    return setTimeout(() => {
      this.working = this.work()
        .catch(this.onFailure)
        .then(() => {
          if (!this.isStopped) this.timer = this.schedule();
        });
    }, this.pauseMs).unref();
  }
}
