import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where lines go that are kept in a file. */
export interface LogFile {
  write(line: string): void;
}

/**
 * A file to add lines to, each written before the call returns. Makes it and its folder where they are missing, for nobody
 * else to read; throws what the system says when it cannot. It is opened for each line, so that it may be moved away at
 * any time and nothing has to be closed. Lines that cannot be written later on are lost: `failed` is told why.
 */
export function openLogFile(file: string, failed: (error: unknown) => void): LogFile {
  const append = (text: string) => appendFileSync(file, text, { mode: 0o600 });
  mkdirSync(dirname(file), { recursive: true });
  append('');
  return {
    write: (line) => {
      try {
        append(line);
      } catch (error) {
        failed(error);
      }
    },
  };
}
