import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/**
 * The text of a file that somebody else may have made: a link is not followed, a FIFO not waited for.
 *
 * @param onTooLong what to return for a file of more than `maxBytes`; may throw
 * @returns `undefined` when it is empty, gone, or no regular file
 */
export function readRegularFile(
  path: string,
  maxBytes: number,
  onTooLong: (bytes: number) => string,
): string | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
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
