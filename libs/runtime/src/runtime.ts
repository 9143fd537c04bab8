import type { RunnableTask } from '@tork/core';
import type { Mounter } from './mounter';

/** Where a runtime puts what a task says while it runs. None of these reject or throw. */
export interface TaskIo {
  /** Output of the task as it comes, both streams interleaved. Chunks may cut characters apart. */
  output(chunk: Uint8Array): void;
  /** The task reported progress, 0…100. Called only when the figure changed. */
  progress(percent: number): void;
}

/** What a task that ended well has left. */
export interface TaskResult {
  /** The whole content of the task's output file, untrimmed; absent when empty. */
  result?: string;
}

/**
 * Runs tasks. One life: created with its configuration, `start`, `run` any number of times side by side, `close`.
 * A run leaves nothing behind, however it ends.
 */
export interface Runtime {
  readonly name: string;
  /** Gets the mounters that are registered for it, by mount type. Called once before `start` by an engine that has any. */
  useMounters?(mounters: Readonly<Record<string, Mounter>>): void;
  /** Checks that it can work, and sweeps what an earlier process of this machine left behind. */
  start(): Promise<void>;
  /**
   * Runs a task with its pre and post tasks to its end. Rejects with {@link TaskFailedError} when the task is to blame
   * (its text is shown to the user), with {@link RuntimeUnavailableError} when the runtime is (the task is handed out
   * again). An abort of `signal` ends it within a few seconds; it then rejects with `signal.reason`.
   */
  run(task: RunnableTask, io: TaskIo, signal: AbortSignal): Promise<TaskResult>;
  /** Rejects when tasks could not be run at the moment. */
  health(): Promise<void>;
  /** Ends whatever still runs. Safe to call twice, and after a failed `start`. */
  close(): Promise<void>;
}
