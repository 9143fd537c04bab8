import { createLogger } from '@tork/observability';
import type { Logger } from '@tork/observability';

/** A logger whose lines are kept, as `level message`, and as they were written. */
export class LogLines {
  readonly lines: string[] = [];
  readonly written: string[] = [];
  readonly log: Logger = createLogger({
    format: 'json',
    destination: {
      write: (line) => {
        this.written.push(line);
        const { level, message } = JSON.parse(line) as { level: string; message: string };
        this.lines.push(`${level} ${message}`);
      },
    },
  });
}
