import { parseDuration } from '@tork/core';
import type { RunnableTask } from '@tork/core';
import { compose } from '@tork/middleware';
import type { ChainWatch, Middleware, TaskContext } from '@tork/middleware';
import { TaskFailedError } from '@tork/runtime';
import type { Runtime, TaskIo } from '@tork/runtime';
import { TaskCancelledError } from './abort-reasons';
import { toChainTask, toRunnable, withWorkerDefaults } from './chain-task';
import type { TaskDefaults } from './chain-task';
import { longTimeout } from './long-timeout';
import type { LongTimeout } from './long-timeout';
import { completed, outcomeOfError, outcomeOfState } from './outcome';
import type { Outcome } from './outcome';

export interface ExecutionEnvironment {
  nodeId: string;
  runtime: Runtime;
  /** The worker's task chain, outermost first. */
  middleware: readonly Middleware<TaskContext>[];
  chainWatch?: ChainWatch;
  /** `worker.limits.*` */
  defaults: TaskDefaults;
}

/** How a run is told to end, and how it ends itself. */
export interface RunControl {
  readonly signal: AbortSignal;
  abort(reason: Error): void;
}

/** Runs a hand-out through the worker's chain, the runtime innermost, and says what came of it. Never rejects. */
export async function executeTask(
  handOut: RunnableTask,
  io: TaskIo,
  control: RunControl,
  env: ExecutionEnvironment,
): Promise<Outcome> {
  const task = withWorkerDefaults(handOut, env.defaults);
  if (env.middleware.length === 0) return runRuntime(task, io, control, env.runtime);

  let interrupted: Outcome | undefined;
  const chain = compose<TaskContext>(
    env.middleware,
    async (inner) => {
      const outcome = await runRuntime(toRunnable(inner.task, handOut), io, control, env.runtime);
      if (outcome.type === 'completed') Object.assign(inner.task, { state: 'COMPLETED', result: outcome.result });
      else if (outcome.type === 'failed' && !isCancelled(control)) {
        Object.assign(inner.task, { state: 'FAILED', error: outcome.error });
      } else {
        interrupted = outcome; // no link can make an outcome of that: the task itself is not to blame
        throw interruption(outcome, control);
      }
    },
    env.chainWatch,
  );
  try {
    const context: TaskContext = { event: 'STATE_CHANGE', task: toChainTask(task, env.nodeId, new Date()) };
    await chain(context);
    return interrupted ?? outcomeOfState(context.task);
  } catch (error) {
    return interrupted ?? outcomeOfError(error);
  }
}

const isCancelled = ({ signal }: RunControl): boolean => signal.reason instanceof TaskCancelledError;

const interruption = (outcome: Outcome, { signal }: RunControl): unknown =>
  outcome.type === 'redelivered' && outcome.cause ? outcome.cause : signal.reason;

/** The innermost part: the runtime, for no longer than the task may take. Never rejects. */
async function runRuntime(task: RunnableTask, io: TaskIo, control: RunControl, runtime: Runtime): Promise<Outcome> {
  const { signal } = control;
  let timeout: LongTimeout | undefined;
  try {
    signal.throwIfAborted();
    timeout = startTimeout(task, control);
    const { result } = await runtime.run(task, io, signal);
    return completed(result);
  } catch (error) {
    return outcomeOfError(signal.aborted ? signal.reason : error);
  } finally {
    timeout?.clear();
  }
}

/** Image pull, pre and post tasks count: the time runs from here on. */
function startTimeout(task: RunnableTask, control: RunControl): LongTimeout | undefined {
  if (!task.timeout) return undefined;
  const timeoutMs = timeoutMsOf(task.timeout);
  if (timeoutMs <= 0) throw deadlineExceeded();
  return longTimeout(() => control.abort(deadlineExceeded()), timeoutMs);
}

function timeoutMsOf(timeout: string): number {
  try {
    return parseDuration(timeout);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new TaskFailedError(`invalid timeout duration: ${timeout}: ${text}`, { cause });
  }
}

const deadlineExceeded = () => new TaskFailedError('context deadline exceeded');
