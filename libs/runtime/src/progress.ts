/** How often the progress file is looked at while a task runs. */
export const PROGRESS_INTERVAL_MS = 10_000;

/** A script that reports something at once is heard after this long, not only after the first interval. */
const FIRST_LOOK_MS = 500;

/** A progress file longer than this holds no number. */
export const MAX_PROGRESS_BYTES = 64;

/** The figure in a progress file, 0…100; nothing written is 0, what is no number is `undefined`. */
export function parseProgress(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return 0;
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : NaN;
  return Number.isNaN(number) ? undefined : Math.min(100, Math.max(0, number));
}

export interface ProgressOptions {
  intervalMs: number;
  /** The file held something that is no number. */
  onUnparsable: () => void;
}

/** Follows a task's progress file: soon after its start, at every interval, and once more at its end. */
export class ProgressFollower {
  private last = 0;
  private timer: NodeJS.Timeout | undefined;
  private looking = Promise.resolve();
  private isStopped = false;

  /**
   * @param read the content of the file; `undefined` when it has not changed since the last call, or cannot be read
   * @param report called with each new figure
   */
  constructor(
    private readonly read: () => string | undefined | Promise<string | undefined>,
    private readonly report: (percent: number) => void,
    private readonly options: ProgressOptions,
  ) {
    this.schedule(Math.min(FIRST_LOOK_MS, options.intervalMs));
  }

  /** The last look, at what the file holds when the task has ended. */
  async finish(): Promise<void> {
    clearTimeout(this.timer);
    await this.looking;
    clearTimeout(this.timer);
    await this.look();
  }

  /** No more looks, no more reports. Safe to call twice. */
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private schedule(ms: number): void {
    this.timer = setTimeout(() => {
      this.looking = this.look().then(() => {
        if (!this.isStopped) this.schedule(this.options.intervalMs);
      });
    }, ms);
  }

  private async look(): Promise<void> {
    let text: string | undefined;
    try {
      text = await this.read();
    } catch {
      return;
    }
    if (text === undefined || this.isStopped) return;
    const percent = parseProgress(text);
    if (percent === undefined) this.options.onUnparsable();
    else if (percent !== this.last) this.report((this.last = percent));
  }
}
