import type { JobDocument, ScheduledJobDocument } from '../document/types';
import type { User } from '../user/user';
import type { Job, JobContext, Permission, ScheduledJob } from './job';

/** What a document does not say about the job that it becomes. */
export interface Submission {
  id: string;
  now: Date;
  createdBy: User;
  /** The document's permissions with the users and roles that they name looked up. */
  permissions?: Permission[];
}

/** The job that an accepted document becomes. It has not started: the caller asks a coordinator for that. */
export function newJob(document: JobDocument, { id, now, createdBy, permissions }: Submission): Job {
  const { name = '', tasks = [], wait: _wait, permissions: _named, ...rest } = document;
  return {
    ...rest,
    id,
    name,
    state: 'PENDING',
    createdAt: now,
    createdBy,
    tasks,
    position: 0,
    taskCount: tasks.length,
    context: contextOf({ id, name }, document),
    ...(permissions && { permissions }),
  };
}

/** The schedule that an accepted document becomes. */
export function newScheduledJob(
  document: ScheduledJobDocument,
  { id, now, createdBy, permissions }: Submission,
): ScheduledJob {
  const { name = '', tasks = [], schedule, permissions: _named, ...rest } = document;
  return {
    ...rest,
    id,
    name,
    cron: schedule?.cron ?? '',
    state: 'ACTIVE',
    createdAt: now,
    createdBy,
    tasks,
    ...(permissions && { permissions }),
  };
}

/** The job that a schedule submits when it is due: on behalf of whoever made the schedule, and seen by the same people. */
export function newScheduledInstance(scheduled: ScheduledJob, { id, now }: Pick<Submission, 'id' | 'now'>): Job {
  const { id: scheduleId, cron, state: _state, createdAt: _created, ...definition } = scheduled;
  const { name, tasks } = definition;
  return {
    ...definition,
    id,
    state: 'PENDING',
    createdAt: now,
    position: 0,
    taskCount: tasks.length,
    context: contextOf({ id, name }, definition),
    schedule: { id: scheduleId, cron },
  };
}

/** What expressions of a new job see. Copies: the definition stays as it was submitted. */
function contextOf(job: JobContext['job'], { inputs, secrets }: Pick<JobDocument, 'inputs' | 'secrets'>): JobContext {
  return { job, ...(inputs && { inputs: { ...inputs } }), ...(secrets && { secrets: { ...secrets } }) };
}
