import { destination } from 'pino';

/** Where lines go that are kept in a file. */
export interface LogFile {
  write(line: string): void;
  close(): void;
}

/**
 * Opens a file to add lines to, each written before the call returns; makes it and its folder where they are missing, for
 * nobody else to read. Throws what the system says when it cannot.
 */
export function openLogFile(file: string): LogFile {
  const stream = destination({ dest: file, append: true, mkdir: true, mode: 0o600, sync: true });
  // A full disk must not end the process. The next line is tried again.
  stream.on('error', () => undefined);
  return { write: (line) => void stream.write(line), close: () => stream.end() };
}
