import type { EachDocument, ParallelDocument, RetryDocument, SubJobDocument, TaskDocument } from '../document/types';

/**
 * The states of a task.
 *
 * - `CREATED`: a child of `each` beyond its concurrency window; a sibling's completion moves it on.
 * - `PENDING`: will be handed out, at once or after a retry's back-off.
 * - `SCHEDULED`: handed out, waits in its task queue. A crash there is repaired by the relay or the reconciler.
 * - `RUNNING`: a node reported that it started it. The node's lease keeps it there.
 * - `COMPLETED`, `FAILED`, `CANCELLED`, `SKIPPED`: terminal.
 */
export type TaskState =
  'CREATED' | 'PENDING' | 'SCHEDULED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'SKIPPED';

export const ACTIVE_TASK_STATES = ['CREATED', 'PENDING', 'SCHEDULED', 'RUNNING'] as const satisfies TaskState[];

export const isActiveTask = (state: TaskState): boolean => (ACTIVE_TASK_STATES as readonly string[]).includes(state);

/** An instance of a task: its evaluated document and what became of it. */
export interface Task extends Omit<TaskDocument, 'retry' | 'parallel' | 'each' | 'subjob'> {
  /** 32 hex digits. */
  id: string;
  jobId: string;
  /** The composite task that this one is a child of. */
  parentId?: string;
  /** 1-based index among the job's top-level tasks; a child has its composite's. */
  position: number;
  state: TaskState;
  /**
   * Number of the hand-out, from 1 when first scheduled (0 before). Answers of a node count only if they name it: a node that lost its
   * task names an older one. Not shown on the wire.
   */
  attempt: number;
  createdAt: Date;
  /** When a task that waits for its retry may be handed out. Not shown on the wire. */
  dueAt?: Date;
  scheduledAt?: Date;
  startedAt?: Date;
  completedAt?: Date;
  failedAt?: Date;
  /** The node that reported the start of the current attempt. */
  nodeId?: string;
  error?: string;
  result?: string;
  /** 0…100. */
  progress?: number;
  /** How often the task was handed out again because its worker vanished. */
  redelivered?: number;
  retry?: RetryDocument & { attempts?: number };
  parallel?: ParallelDocument & { completions?: number };
  each?: EachDocument & { size?: number; completions?: number; index?: number };
  subjob?: SubJobDocument & { id?: string };
}

/** The short form of a task that webhooks carry. */
export type TaskSummary = Pick<
  Task,
  | 'id'
  | 'jobId'
  | 'position'
  | 'progress'
  | 'name'
  | 'description'
  | 'state'
  | 'createdAt'
  | 'scheduledAt'
  | 'startedAt'
  | 'completedAt'
  | 'error'
  | 'result'
  | 'var'
  | 'tags'
>;

/** A piece of a task's output. */
export interface TaskLogPart {
  id: string;
  taskId: string;
  /** From 1, continued over hand-outs of the same task. */
  number: number;
  contents: string;
  createdAt: Date;
}
