import type { ConditionSubjects, JobSummary, TaskSummary, User } from '@tork/core';
import { float, record, stringMap } from '@tork/expr';
import type { ExpressionContext } from '@tork/expr';

type Members = Record<string, unknown>;

/** What a text, a list or a map without a value is to an expression: empty, not nil. Times are nil. */
const text = (value = ''): string => value;

const jobMembers = (job: JobSummary): Members => ({
  id: job.id,
  createdBy: job.createdBy ? bothSpellings(userMembers(job.createdBy)) : null,
  parentId: text(job.parentId),
  inputs: stringMap(job.inputs ?? {}),
  name: job.name,
  description: text(job.description),
  tags: job.tags ?? [],
  state: job.state,
  createdAt: job.createdAt,
  startedAt: job.startedAt ?? null,
  completedAt: job.completedAt ?? null,
  failedAt: job.failedAt ?? null,
  position: job.position,
  taskCount: job.taskCount,
  result: text(job.result),
  error: text(job.error),
  progress: float(job.progress ?? 0),
  schedule: job.schedule ? bothSpellings({ id: job.schedule.id, cron: text(job.schedule.cron) }) : null,
});

const userMembers = ({ createdAt, disabled = false, id, name, username }: User): Members => ({
  id,
  name,
  username,
  createdAt,
  disabled,
});

const taskMembers = (task: TaskSummary): Members => ({
  id: task.id,
  jobId: task.jobId,
  position: task.position,
  progress: float(task.progress ?? 0),
  name: text(task.name),
  description: text(task.description),
  state: task.state,
  createdAt: task.createdAt,
  scheduledAt: task.scheduledAt ?? null,
  startedAt: task.startedAt ?? null,
  completedAt: task.completedAt ?? null,
  error: text(task.error),
  result: text(task.result),
  var: text(task.var),
  tags: task.tags ?? [],
});

/** `jobId` as the original's expressions spell it, `JobID`. */
const capitalised = (name: string): string => (name.charAt(0).toUpperCase() + name.slice(1)).replace(/^Id$|Id$/, 'ID');

const bothSpellings = (members: Members): Members =>
  Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => [
      [capitalised(name), value],
      [name, value],
    ]),
  );

/** What the condition of a webhook sees: records, so that a member which does not exist is an error and not nil. */
export const conditionContext = ({ job, task }: ConditionSubjects): ExpressionContext => ({
  job: record(bothSpellings(jobMembers(job))),
  ...(task && { task: record(bothSpellings(taskMembers(task))) }),
});
