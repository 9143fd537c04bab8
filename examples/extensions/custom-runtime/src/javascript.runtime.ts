import type { AuxTask, RunnableTask } from '@tork/core';
import { RuntimeUnavailableError, TaskFailedError } from '@tork/engine';
import type { Runtime, TaskIo, TaskResult } from '@tork/engine';
import { runInThread } from './script-thread';

export interface JavascriptRuntimeOptions {
  /** Most that the heap of one task may take. Default 64. */
  memoryMb?: number;
}

/** What makes sense for containers alone. To pass over it in silence would run something else than was asked for. */
const FOREIGN = [
  'cmd',
  'entrypoint',
  'gpus',
  'image',
  'limits',
  'mounts',
  'networks',
  'registry',
  'sidecars',
  'workdir',
] as const;

/** Runs the `run` of a task as the body of an asynchronous JavaScript function, in a thread of its own. */
export class JavascriptRuntime implements Runtime {
  readonly name = 'javascript';
  private readonly memoryMb: number;
  private readonly closing = new AbortController();
  private readonly running = new Set<Promise<unknown>>();

  constructor({ memoryMb = 64 }: JavascriptRuntimeOptions = {}) {
    this.memoryMb = memoryMb;
  }

  async start(): Promise<void> {
    await this.health();
  }

  async run(task: RunnableTask, io: TaskIo, signal: AbortSignal): Promise<TaskResult> {
    const ended = this.runParts(task, io, AbortSignal.any([signal, this.closing.signal]));
    this.running.add(ended);
    try {
      return await ended;
    } finally {
      this.running.delete(ended);
    }
  }

  /** Rejects when no thread can be started. */
  async health(): Promise<void> {
    await this.runPart({ run: ';' }, QUIET, this.closing.signal);
  }

  /** Threads end at once; their tasks are handed out again, because this error does not blame them. */
  async close(): Promise<void> {
    this.closing.abort(new RuntimeUnavailableError('the javascript runtime is closed'));
    await Promise.allSettled(this.running);
  }

  /** The result and the progress of a task are those of its main part; the output is everybody's. */
  private async runParts(task: RunnableTask, io: TaskIo, signal: AbortSignal): Promise<TaskResult> {
    const aux: TaskIo = { ...QUIET, output: (chunk) => io.output(chunk) };
    for (const part of task.pre ?? []) await this.runPart(part, aux, signal);
    const result = await this.runPart(task, io, signal);
    for (const part of task.post ?? []) await this.runPart(part, aux, signal);
    return { result };
  }

  private async runPart(part: AuxTask, io: TaskIo, signal: AbortSignal): Promise<string | undefined> {
    const foreign = FOREIGN.filter((field) => isSet(part[field as keyof AuxTask]));
    if (foreign.length > 0) throw new TaskFailedError(`${foreign.join(', ')}: not for tasks in JavaScript`);
    if (!part.run) throw new TaskFailedError('run: expected the body of a JavaScript function');
    const { env = {}, files = {}, run: source } = part;
    return runInThread({ source, env, files, memoryMb: this.memoryMb }, io, signal);
  }
}

const QUIET: TaskIo = { output: () => undefined, progress: () => undefined };

const isSet = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);
