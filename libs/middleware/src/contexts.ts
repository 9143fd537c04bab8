import type { Job, Node, Task, TaskLogPart } from '@tork/core';

/** What the job chain is called for. */
export interface JobContext {
  event: 'STATE_CHANGE' | 'PROGRESS' | 'READ';
  /** May be changed: later links, the handler and the answer see the change. */
  job: Job;
}

/** What the task chain is called for. `STARTED` is a worker's report; the others as named. */
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
