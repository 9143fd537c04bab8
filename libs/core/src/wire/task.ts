import type { Task, TaskLogPart, TaskSummary } from '../task/task';
import { EACH, PARALLEL, RETRY, SUBJOB, TASK_PARTS } from './document';
import { always, hidden, object, optional, show, time } from './shape';
import type { WireObject, WireShape } from './shape';

export const TASK: WireShape<Task> = {
  id: optional,
  jobId: optional,
  parentId: optional,
  position: optional,
  ...TASK_PARTS.basic,
  state: optional,
  createdAt: time,
  scheduledAt: time,
  startedAt: time,
  completedAt: time,
  failedAt: time,
  ...TASK_PARTS.whatRuns,
  ...TASK_PARTS.queue,
  redelivered: optional,
  error: optional,
  ...TASK_PARTS.around,
  nodeId: optional,
  retry: object(() => RETRY),
  ...TASK_PARTS.limits,
  result: optional,
  ...TASK_PARTS.condition,
  parallel: object(() => PARALLEL),
  each: object(() => EACH),
  subjob: object(() => SUBJOB),
  ...TASK_PARTS.labels,
  progress: optional,
  attempt: hidden,
  dueAt: hidden,
};

const TASK_SUMMARY: WireShape<TaskSummary> = {
  id: optional,
  jobId: optional,
  position: optional,
  progress: optional,
  name: optional,
  description: optional,
  state: optional,
  createdAt: time,
  scheduledAt: time,
  startedAt: time,
  completedAt: time,
  error: optional,
  result: optional,
  var: optional,
  tags: optional,
};

const TASK_LOG_PART: WireShape<TaskLogPart> = {
  id: optional,
  number: optional,
  taskId: optional,
  contents: always,
  createdAt: time,
};

export const toWireTask = (task: Task): WireObject => show(task, TASK);

/** The body of task webhooks. */
export const toWireTaskSummary = (task: TaskSummary): WireObject => show(task, TASK_SUMMARY);

export const toWireLogPart = (part: TaskLogPart): WireObject => show(part, TASK_LOG_PART);
