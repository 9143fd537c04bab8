import type { RunnableTask } from '@tork/core';
import type { Runtime, TaskIo, TaskResult } from '@tork/runtime';

/** What a task does instead of a script. An abort ends it by `signal`, as a container would be ended. */
export type TaskFunction = (
  task: RunnableTask,
  io: TaskIo,
  signal: AbortSignal,
) => TaskResult | void | Promise<TaskResult | void>;

/** A runtime whose tasks are functions: what a task is to do stands in the test. */
export class FunctionRuntime implements Runtime {
  readonly name = 'function';
  /** Tasks in the order in which they were started. */
  readonly started: RunnableTask[] = [];
  /** Tasks in the order in which they ended, however they did. */
  readonly ended: RunnableTask[] = [];
  /** Rejects with what is wrong when the test wants it so. */
  health: () => Promise<void> = async () => undefined;
  private state: 'new' | 'started' | 'closed' = 'new';

  constructor(private readonly runTask: TaskFunction = () => undefined) {}

  async start(): Promise<void> {
    this.state = 'started';
  }

  async run(task: RunnableTask, io: TaskIo, signal: AbortSignal): Promise<TaskResult> {
    if (this.state !== 'started') throw new Error(`the runtime is ${this.state}`);
    this.started.push(task);
    try {
      return (await this.runTask(task, io, signal)) ?? {};
    } finally {
      this.ended.push(task);
    }
  }

  async close(): Promise<void> {
    this.state = 'closed';
  }
}

/** A task that runs until it is aborted. */
export const untilAborted: TaskFunction = (_task, _io, signal) =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
