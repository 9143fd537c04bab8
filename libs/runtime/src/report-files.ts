import { lstatSync } from 'node:fs';
import { TaskFailedError } from './errors';
import { MAX_PROGRESS_BYTES } from './progress';
import { readRegularFile } from './regular-file';

/** A longer result fails its task: it travels in a message and is a text in memory. */
export const MAX_RESULT_BYTES = 64 * 1024 ** 2;

/** What stands for the content of a progress file that is too long to hold a number. */
export const NO_NUMBER = 'too long for a number';

/** @throws TaskFailedError always */
export function refuseResult(bytes: number, maxBytes: number): never {
  throw new TaskFailedError(`the task wrote ${bytes} bytes to its output file, more than the ${maxBytes} allowed`);
}

/** The files in which a script reports, on a disk of this machine. */
export class ReportFiles {
  private progressSeenAt = 0;

  constructor(
    private readonly output: string,
    private readonly progress: string,
  ) {}

  /**
   * The whole output file; absent when it is empty or no file any more.
   *
   * @throws TaskFailedError when it is longer than `maxBytes`
   */
  readResult(maxBytes: number): string | undefined {
    const size = lstatSync(this.output, { throwIfNoEntry: false })?.size ?? 0;
    if (size === 0) return undefined;
    return readRegularFile(this.output, maxBytes, (bytes) => refuseResult(bytes, maxBytes));
  }

  /** The progress file; absent when it has not changed since the last look. */
  readProgress(): string | undefined {
    const stat = lstatSync(this.progress, { throwIfNoEntry: false });
    if (!stat || stat.mtimeMs === this.progressSeenAt) return undefined;
    this.progressSeenAt = stat.mtimeMs;
    return readRegularFile(this.progress, MAX_PROGRESS_BYTES, () => NO_NUMBER);
  }
}
