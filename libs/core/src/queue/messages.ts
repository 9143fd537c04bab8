import type { Heartbeat } from '../node/node';
import type { TaskDocument } from '../document/types';

/** Asks a coordinator to look at a job: start it, cancel it or restart it. The row decides whether anything happens. */
export interface JobCommand {
  type: 'start' | 'cancel' | 'restart';
  jobId: string;
}

/** A task waits for its hand-out (a retry's back-off is over, or nothing was decided about it yet). */
export interface TaskPending {
  type: 'pending';
  jobId: string;
  taskId: string;
}

/** What a node says about a hand-out. Counts only if `attempt` (and, once it started, `nodeId`) are the row's. */
interface Report {
  jobId: string;
  taskId: string;
  attempt: number;
  nodeId: string;
}
/** What tells when a task started: the coordinator's clock, less this. */
interface Ran {
  /** Milliseconds for which the task had run when its node reported; absent is 0. */
  ranMs?: number;
}
export interface TaskStarted extends Report, Ran {
  type: 'started';
}
/** Says that the task has started, too: a task that takes no time reports nothing else. */
export interface TaskCompleted extends Report, Ran {
  type: 'completed';
  result?: string;
}
/** Likewise. */
export interface TaskFailed extends Report, Ran {
  type: 'failed';
  error: string;
}
export interface TaskProgressed extends Report {
  type: 'progress';
  /** 0…100 */
  progress: number;
}

/**
 * A hand-out came to nothing. All reasons but `returned` count against the redelivery limit.
 *
 * - `vanished`: the broker returned it from a worker that died.
 * - `lost`: the node that ran it cannot go on: its lease ended, it does not know the task any more, its runtime is away.
 * - `missing`: its message is gone. Counts only while no start was reported: whoever looked may have looked too early.
 * - `returned`: a worker that shuts down gave it back untouched or cut short.
 */
export interface TaskRedelivered {
  type: 'redelivered';
  jobId: string;
  taskId: string;
  attempt: number;
  reason: 'vanished' | 'lost' | 'missing' | 'returned';
  /**
   * Whose hand-out it was. A node that was handed the task a second time cannot take it from the one that holds it.
   * Absent where nobody knows: the broker tells a worker that a message came back, not from whom.
   */
  nodeId?: string;
}

export type TaskEvent = TaskPending | TaskStarted | TaskCompleted | TaskFailed | TaskProgressed | TaskRedelivered;

/** A part of a task's output on its way to the datastore. (taskId, attempt, sequence) makes a repeat harmless. */
export interface LogShipment {
  taskId: string;
  attempt: number;
  /** From 1 within the attempt. */
  sequence: number;
  contents: string;
  /** ISO time at the worker. */
  at: string;
}

/** A hand-out: all that a worker needs to run a task. */
export interface RunnableTask extends Omit<TaskDocument, 'parallel' | 'each' | 'subjob' | 'if' | 'retry'> {
  id: string;
  jobId: string;
  attempt: number;
  position: number;
  /** ISO time of the hand-out, for latency figures. */
  scheduledAt: string;
  /** Secrets of the job that are in this hand-out: what the task prints must not show them. Absent where there are none. */
  hidden?: string[];
}

/** What a coordinator tells one worker through its private queue. */
export interface NodeCommand {
  type: 'cancel';
  taskId: string;
  /** Absent: whatever attempt the node holds. */
  attempt?: number;
}

/** The body of a message by the coordinator queue it travels in. */
export interface CoordinatorMessages {
  jobs: JobCommand;
  pending: TaskPending;
  started: TaskStarted;
  completed: TaskCompleted;
  error: TaskFailed;
  progress: TaskProgressed;
  redeliveries: TaskRedelivered;
  logs: LogShipment;
  heartbeat: Heartbeat;
}

/** A message to be sent, as data: what a state change leaves in the outbox. */
export interface OutgoingMessage {
  queue: string;
  body: unknown;
  /** 0…9, task queues only. */
  priority?: number;
  /** Not to be published before. */
  notBefore?: Date;
}

/**
 * A hint that a job ended, for those who wait for it. Not stored: whoever must not miss it reads the job again.
 */
export interface JobEvent {
  topic: 'job.completed' | 'job.failed' | 'job.cancelled';
  jobId: string;
}
