import { once } from 'node:events';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import { RuntimeUnavailableError, TaskFailedError } from '@tork/engine';
import type { TaskIo } from '@tork/engine';
import type { FromScript, Script } from './script';

export interface ThreadOptions extends Script {
  env: Record<string, string>;
  /** Most that its heap may take. */
  memoryMb: number;
}

/**
 * Runs a script in a thread and resolves with its result, if it has one. Rejects with a TaskFailedError when the script
 * throws or needs too much memory, and with the reason of `signal` when that is aborted; then even `for (;;);` ends.
 */
export async function runInThread(
  { env, memoryMb, ...script }: ThreadOptions,
  io: TaskIo,
  signal: AbortSignal,
): Promise<string | undefined> {
  signal.throwIfAborted();
  const thread = new Worker(join(__dirname, 'script.js'), {
    workerData: script,
    env,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  const stop = () => void thread.terminate();
  signal.addEventListener('abort', stop);
  thread.stdout.on('data', (chunk: Uint8Array) => io.output(chunk));
  thread.stderr.on('data', (chunk: Uint8Array) => io.output(chunk));
  const outcome = follow(thread, io);
  try {
    await once(thread, 'exit').catch(() => undefined); // an `error` comes before; `outcome` has it
    await Promise.all([finished(thread.stdout), finished(thread.stderr)]);
    signal.throwIfAborted();
    return outcome();
  } finally {
    signal.removeEventListener('abort', stop);
    await thread.terminate();
  }
}

/** Listens to a thread; the function it returns says how it went, once the thread has ended. */
function follow(thread: Worker, io: TaskIo): () => string | undefined {
  let outcome = (): string | undefined => {
    throw new TaskFailedError('the script ended its thread before it returned');
  };
  let percent = 0;
  thread.on('error', (error: NodeJS.ErrnoException) => {
    outcome = () => {
      throw blame(error);
    };
  });
  thread.on('message', (message: FromScript) => {
    if (message.type === 'result') outcome = () => message.result;
    else if (Number.isFinite(message.percent)) {
      const next = Math.min(100, Math.max(0, message.percent));
      if (next !== percent) io.progress((percent = next));
    }
  });
  return () => outcome();
}

/** Whose fault it is decides what becomes of the task: it failed, or it is handed out again. */
function blame(error: NodeJS.ErrnoException): Error {
  if (error.code === 'ERR_WORKER_INIT_FAILED') {
    return new RuntimeUnavailableError('no thread can be started', { cause: error });
  }
  return new TaskFailedError(error instanceof Error ? error.message : String(error), { cause: error });
}
