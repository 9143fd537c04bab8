import type { Task, TaskDocument } from '@tork/core';
import type { TaskProgress, TaskRef } from '../../datastore';
import { TaskEntity } from '../entities';
import type { StoredComposite } from '../entities';
import { present } from '../sql/present';
import { anyOf } from '../sql/any-of';
import type { Statement } from '../sql/session';
import { Table } from '../sql/table';

const tasks = new Table(TaskEntity);

export const insertTasks = (parameter: string): string[] => [`inserted_tasks AS (${tasks.insertJson(parameter)})`];

export const updateTasks = (parameter: string): string[] => [`updated_tasks AS (${tasks.updateJson(parameter)})`];

const SELECT_TASK = `SELECT ${tasks.select('t')} FROM tasks t`;

export const GET_TASKS: Statement = { name: 'get_tasks', text: `${SELECT_TASK} WHERE t.id = ${anyOf('$1', 'text')}` };

export const ACTIVE_TASKS: Statement = {
  name: 'active_tasks',
  text: `${SELECT_TASK} WHERE t.job_id = ${anyOf('$1', 'text')}
    AND t.state IN ('CREATED', 'PENDING', 'SCHEDULED', 'RUNNING') ORDER BY t.ordinal`,
};

export const NEXT_CREATED_TASKS: Statement = {
  name: 'next_created_tasks',
  text: `${SELECT_TASK} WHERE t.state = 'CREATED' AND t.parent_id = $1 ORDER BY t.ordinal LIMIT $2`,
};

/** The execution of a job. */
export const TASKS_OF_JOB: Statement = {
  name: 'tasks_of_job',
  text: `${SELECT_TASK} WHERE t.job_id = $1 ORDER BY t.position, t.started_at NULLS LAST, t.id`,
};

type TaskRow = TaskEntity;

export function taskOf({ document, composite, ordinal: _, ...row }: TaskRow): Task {
  const task: Task = { ...document, ...present(row) };
  return composite ? { ...task, ...compositeOf(document, composite) } : task;
}

/** The definition of a composite with what has become of it. */
function compositeOf({ parallel, each, subjob }: TaskDocument, stored: StoredComposite): Partial<Task> {
  const { jobId, ...counters } = stored;
  return {
    ...(parallel && { parallel: { ...parallel, ...counters } }),
    ...(each && { each: { ...each, ...counters } }),
    ...(subjob && { subjob: { ...subjob, ...(jobId !== undefined && { id: jobId }) } }),
  };
}

/** What {@link insertTasks} reads. */
export function newTaskRow(task: Task) {
  const progress = taskProgressRow(task);
  const { id: _id, jobId, parentId, position, createdAt, ...rest } = task;
  return { ...progress, jobId, parentId, position, createdAt, document: documentOf(rest) };
}

/** What {@link updateTasks} reads. */
export const taskProgressRow = (task: TaskProgress) => ({
  id: task.id,
  state: task.state,
  attempt: task.attempt,
  nodeId: task.nodeId,
  queue: task.queue,
  priority: task.priority,
  limits: task.limits,
  timeout: task.timeout,
  retry: task.retry,
  composite: storedComposite(task),
  dueAt: task.dueAt,
  scheduledAt: task.scheduledAt,
  startedAt: task.startedAt,
  completedAt: task.completedAt,
  failedAt: task.failedAt,
  error: task.error,
  result: task.result,
  progress: task.progress,
  redelivered: task.redelivered,
});

function storedComposite({ parallel, each, subjob }: TaskProgress): StoredComposite | undefined {
  if (parallel) return { completions: parallel.completions };
  if (each) return { completions: each.completions, size: each.size, index: each.index };
  if (subjob) return { jobId: subjob.id };
  return undefined;
}

/** The fields of a task that have no column: what its author wrote, and templates rendered. */
function documentOf(task: Omit<Task, 'id' | 'jobId' | 'parentId' | 'position' | 'createdAt'>): TaskDocument {
  const {
    state: _state,
    attempt: _attempt,
    nodeId: _nodeId,
    queue: _queue,
    priority: _priority,
    limits: _limits,
    timeout: _timeout,
    retry: _retry,
    dueAt: _dueAt,
    scheduledAt: _scheduledAt,
    startedAt: _startedAt,
    completedAt: _completedAt,
    failedAt: _failedAt,
    error: _error,
    result: _result,
    progress: _progress,
    redelivered: _redelivered,
    parallel,
    each,
    subjob,
    ...document
  } = task;
  return {
    ...document,
    ...(parallel && { parallel: { tasks: parallel.tasks } }),
    ...(each && { each: { var: each.var, list: each.list, task: each.task, concurrency: each.concurrency } }),
    ...(subjob && { subjob: { ...subjob, id: undefined } }),
  } as TaskDocument;
}

/** Columns of a {@link TaskRefRow}, for the alias `t`. */
export const REF_COLUMNS = `t.id AS "taskId", ${tasks.select('t', ['jobId', 'attempt', 'state', 'nodeId', 'queue', 'priority', 'scheduledAt', 'startedAt'])}`;

export type TaskRefRow = { taskId: string } & Pick<
  TaskEntity,
  'jobId' | 'attempt' | 'state' | 'nodeId' | 'queue' | 'priority' | 'scheduledAt' | 'startedAt'
>;

export const taskRefOf = (row: TaskRefRow): TaskRef => present(row);
