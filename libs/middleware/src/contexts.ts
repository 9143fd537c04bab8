import type { Job, Node, Task, TaskLogPart } from '@tork/core';

/** A job as its chain sees it. RESTART is what a restart looks like before it has happened; it is stored as RUNNING. */
export type ShownJob = Omit<Job, 'state'> & { state: Job['state'] | 'RESTART' };

/** What the job chain is called for. */
export interface JobContext {
  /**
   * `STATE_CHANGE`: the job is about to be in the state it shows: PENDING (it starts), RUNNING, COMPLETED, FAILED,
   * CANCELLED or RESTART, never SCHEDULED. Without `next` it stays as it was.
   */
  event: 'STATE_CHANGE' | 'PROGRESS' | 'READ';
  /** May be changed: later links, the handler and the answer see the change. */
  job: ShownJob;
}

/**
 * What the task chain is called for. In the coordinator a STATE_CHANGE shows PENDING (about to be handed out or
 * skipped), RUNNING, COMPLETED, SKIPPED or FAILED; in the worker, around the whole run, RUNNING.
 */
export interface TaskContext {
  event: 'STATE_CHANGE' | 'PROGRESS' | 'READ' | 'STARTED' | 'REDELIVERED';
  task: Task;
}

/** A heartbeat on its way into the datastore. */
export interface NodeContext {
  node: Node;
}

/** Log parts on their way to a reader. */
export interface LogContext {
  event: 'READ';
  parts: TaskLogPart[];
}
