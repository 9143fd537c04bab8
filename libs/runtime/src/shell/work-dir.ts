import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { TaskFailedError } from '../errors';
import { MAX_PROGRESS_BYTES } from '../progress';

/** The directory that a process runs in. What is in there is the script's: links and FIFOs are not followed or opened. */
export class WorkDir {
  /** Where the script reports its progress. */
  readonly progress: string;
  /** Where the script leaves its result. */
  readonly output: string;
  /** The script. */
  readonly entrypoint: string;
  private progressSeenAt = 0;

  constructor(readonly path: string) {
    this.progress = join(path, 'progress');
    this.output = join(path, 'stdout');
    this.entrypoint = join(path, 'entrypoint');
  }

  /** The whole output file; absent when it is empty or no file any more. */
  readResult(maxBytes: number): string | undefined {
    const size = lstatSync(this.output, { throwIfNoEntry: false })?.size ?? 0;
    if (size === 0) return undefined;
    return readRegularFile(this.output, maxBytes, (bytes) => {
      throw new TaskFailedError(`the task wrote ${bytes} bytes to its output file, more than the ${maxBytes} allowed`);
    });
  }

  /** The progress file; absent when it has not changed since the last look. */
  readProgress(): string | undefined {
    const stat = lstatSync(this.progress, { throwIfNoEntry: false });
    if (!stat || stat.mtimeMs === this.progressSeenAt) return undefined;
    this.progressSeenAt = stat.mtimeMs;
    return readRegularFile(this.progress, MAX_PROGRESS_BYTES, () => 'too long for a number');
  }
}

/** The text of a regular file of at most `maxBytes`, or what `onTooLong` makes of one that has more. */
function readRegularFile(path: string, maxBytes: number, onTooLong: (bytes: number) => string): string | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined; // removed, or replaced by a link
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return undefined;
    if (stat.size > maxBytes) return onTooLong(stat.size);
    const buffer = Buffer.allocUnsafe(stat.size);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = readSync(fd, buffer, length, buffer.length - length, null);
    }
    return length === 0 ? undefined : buffer.toString('utf8', 0, length);
  } finally {
    closeSync(fd);
  }
}
