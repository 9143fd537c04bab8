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
  private timer: NodeJS.Timeout;
  private ended = false;

  /**
   * @param read the content of the file; `undefined` when it has not changed or cannot be read
   * @param report called with each new figure
   */
  constructor(
    private readonly read: () => string | undefined | Promise<string | undefined>,
    private readonly report: (percent: number) => void,
    private readonly options: ProgressOptions,
  ) {
    this.timer = setTimeout(() => void this.look(), Math.min(FIRST_LOOK_MS, options.intervalMs));
  }

  /** The last look, at what the file holds when the task has ended. */
  finish(text: string | undefined): void {
    this.stop();
    this.take(text);
  }

  /** No more looks. Safe to call twice. */
  stop(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }

  private async look(): Promise<void> {
    const text = await Promise.resolve()
      .then(this.read)
      .catch(() => undefined);
    if (this.ended) return;
    this.take(text);
    this.timer = setTimeout(() => void this.look(), this.options.intervalMs);
  }

  private take(text: string | undefined): void {
    if (text === undefined) return;
    const percent = parseProgress(text);
    if (percent === undefined) this.options.onUnparsable();
    else if (percent !== this.last) this.report((this.last = percent));
  }
}
