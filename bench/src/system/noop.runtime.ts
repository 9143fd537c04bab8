import type { RunnableTask } from '@tork/core';
import type { Runtime, TaskResult } from '@tork/runtime';

/** A runtime that does nothing, so that what is measured is the engine; it notes how long each hand-out was on its way. */
export class NoopRuntime implements Runtime {
  readonly name = 'noop';
  private handOffsMs: number[] = [];

  async start(): Promise<void> {}

  async run(task: RunnableTask): Promise<TaskResult> {
    this.handOffsMs.push(Date.now() - Date.parse(task.scheduledAt));
    return { result: 'done' };
  }

  /** Milliseconds from the moment that each task was ready to run to its start, since the last call. */
  takeHandOffs(): number[] {
    const taken = this.handOffsMs;
    this.handOffsMs = [];
    return taken;
  }

  async health(): Promise<void> {}

  async close(): Promise<void> {}
}
