import type { RunnableTask } from '@tork/core';
import { workerConfig } from '../config';
import type { WorkerConfig } from '../config';

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
