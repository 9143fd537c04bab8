import type { RunnableTask } from '@tork/core';
import { workerConfig } from '../config';
import type { WorkerConfig } from '../config';
import type { WorkerLog } from '../log';

let count = 0;

/** A hand-out with an id of its own. */
export function makeTask(fields: Partial<RunnableTask> = {}): RunnableTask {
  const id = `task${++count}`.padEnd(32, '0');
  return {
    id,
    jobId: 'job'.padEnd(32, '0'),
    attempt: 1,
    position: 1,
    scheduledAt: new Date().toISOString(),
    ...fields,
  };
}

/** The configuration of a worker whose health server takes any port. */
export const makeConfig = (input: object = {}): WorkerConfig =>
  workerConfig.parse({ address: '127.0.0.1:0', ...input });

/** A log that keeps its lines, as `level message`. */
export class LogLines implements WorkerLog {
  readonly lines: string[] = [];
  debug = (_: object, message: string) => this.add('debug', message);
  info = (_: object, message: string) => this.add('info', message);
  warn = (_: object, message: string) => this.add('warn', message);
  error = (_: object, message: string) => this.add('error', message);

  private add(level: string, message: string): void {
    this.lines.push(`${level} ${message}`);
  }
}
