import type { Job, JobContext, JobSummary, Page, Permission, ScheduledJob, ScheduledJobSummary } from '../job/job';
import type { User } from '../user/user';
import { AUTO_DELETE, DEFAULTS, TASK_DOCUMENT, WEBHOOK } from './document';
import { always, fullList, list, object, optional, show, time } from './shape';
import type { WireObject, WireShape } from './shape';
import { TASK } from './task';
import { ROLE, toWireUser } from './user';

const user = (value: User | undefined): WireObject | undefined => value && toWireUser(value);

const CONTEXT: WireShape<JobContext> = { job: optional, inputs: optional, secrets: optional, tasks: optional };
const SCHEDULE: WireShape<NonNullable<Job['schedule']>> = { id: optional, cron: optional };
const PERMISSION: WireShape<Permission> = { role: object(() => ROLE), user };

const JOB: WireShape<Job> = {
  id: optional,
  name: optional,
  description: optional,
  parentId: optional,
  output: optional,
  result: optional,
  error: optional,
  tags: optional,
  state: optional,
  createdAt: time,
  createdBy: user,
  startedAt: time,
  completedAt: time,
  failedAt: time,
  deleteAt: time,
  tasks: fullList(() => TASK_DOCUMENT),
  execution: fullList(() => TASK),
  position: always,
  taskCount: optional,
  inputs: optional,
  secrets: optional,
  context: (context) => show(context, CONTEXT),
  defaults: object(() => DEFAULTS),
  webhooks: list(() => WEBHOOK),
  permissions: list(() => PERMISSION),
  autoDelete: object(() => AUTO_DELETE),
  progress: optional,
  schedule: object(() => SCHEDULE),
};

const JOB_SUMMARY: WireShape<JobSummary> = {
  id: optional,
  createdBy: user,
  parentId: optional,
  inputs: optional,
  name: optional,
  description: optional,
  tags: optional,
  state: optional,
  createdAt: time,
  startedAt: time,
  completedAt: time,
  failedAt: time,
  position: always,
  taskCount: optional,
  result: optional,
  error: optional,
  progress: optional,
  schedule: object(() => SCHEDULE),
};

const SCHEDULED_JOB: WireShape<ScheduledJob> = {
  id: optional,
  name: optional,
  description: optional,
  cron: optional,
  state: optional,
  inputs: optional,
  tasks: fullList(() => TASK_DOCUMENT),
  createdBy: user,
  defaults: object(() => DEFAULTS),
  autoDelete: object(() => AUTO_DELETE),
  webhooks: list(() => WEBHOOK),
  permissions: list(() => PERMISSION),
  createdAt: time,
  tags: optional,
  secrets: optional,
  output: optional,
};

const SCHEDULED_JOB_SUMMARY: WireShape<ScheduledJobSummary> = {
  id: optional,
  createdBy: user,
  inputs: optional,
  state: optional,
  name: optional,
  description: optional,
  tags: optional,
  createdAt: time,
  cron: optional,
};

/** A single job as `GET /jobs/:id` answers it. Secrets are shown: redaction comes before. */
export const toWireJob = (job: Job): WireObject => show(job, JOB);

/** A job in a list, in the answer of `POST /jobs`, in the body of job webhooks. Secrets as in {@link toWireJob}. */
export const toWireJobSummary = (job: JobSummary): WireObject => show(job, JOB_SUMMARY);

export const toWireScheduledJob = (job: ScheduledJob): WireObject => show(job, SCHEDULED_JOB);

export const toWireScheduledJobSummary = (job: ScheduledJobSummary): WireObject => show(job, SCHEDULED_JOB_SUMMARY);

/** A page of a list with its items in their wire form. */
export const toWirePage = <T>(page: Page<T>, toItem: (item: T) => WireObject): Page<WireObject> => ({
  items: page.items.map(toItem),
  number: page.number,
  size: page.size,
  totalPages: page.totalPages,
  totalItems: page.totalItems,
});
