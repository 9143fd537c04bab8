import { join } from 'node:path';
import type { RunnableTask } from '@tork/core';
import { spawnProcess } from '@tork/testing';

/** What was built: a process cannot run the sources. */
const SCRIPT = join(__dirname, '../../dist/testing/run-one-task.js');

/** Runs a task in a process of its own until it says `ready`, then kills that process. `before` comes just before that. */
export async function crashWhileRunning(
  { adapter, options }: { adapter: string; options: object },
  task: RunnableTask,
  before: () => void = () => undefined,
): Promise<void> {
  await using process = spawnProcess(SCRIPT, [adapter, JSON.stringify(options), JSON.stringify(task)]);
  await process.waitForOutput(/ready/);
  before();
  await process.kill('SIGKILL');
}
