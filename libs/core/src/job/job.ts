import type { AutoDelete, DefaultsDocument, StringMap, TaskDocument, WebhookDocument } from '../document/types';
import type { Task } from '../task/task';
import type { Role, User } from '../user/user';

/**
 * The states of a job.
 *
 * - `PENDING`: stored, its start is not handled yet. Repaired by the relay or the reconciler.
 * - `SCHEDULED`: its first task exists; none has started.
 * - `RUNNING`: a task has started.
 * - `COMPLETED`, `FAILED`, `CANCELLED`: terminal, but the last two can be restarted.
 */
export type JobState = 'PENDING' | 'SCHEDULED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

export const ACTIVE_JOB_STATES = ['PENDING', 'SCHEDULED', 'RUNNING'] as const satisfies JobState[];

export const isActiveJob = (state: JobState): boolean => (ACTIVE_JOB_STATES as readonly string[]).includes(state);

/** What expressions of a job see. */
export interface JobContext {
  job?: { id: string; name: string };
  inputs?: StringMap;
  secrets?: StringMap;
  /** Results of finished tasks by their `var`. */
  tasks?: StringMap;
}

/** Who may see a job: exactly one of the two. */
export interface Permission {
  user?: User;
  role?: Role;
}

/** A job: its document as submitted, and what became of it. */
export interface Job {
  /** 32 hex digits. */
  id: string;
  /** The *task* of another job that waits for this one. */
  parentId?: string;
  name: string;
  description?: string;
  tags?: string[];
  state: JobState;
  createdAt: Date;
  createdBy?: User;
  startedAt?: Date;
  completedAt?: Date;
  failedAt?: Date;
  deleteAt?: Date;
  /** The tasks as submitted, never changed afterwards. */
  tasks: TaskDocument[];
  /** The instances, filled in when a single job is read. */
  execution?: Task[];
  /** 1-based index of the current top-level task; 0 before the start, `taskCount + 1` after the last. */
  position: number;
  taskCount: number;
  inputs?: StringMap;
  secrets?: StringMap;
  context: JobContext;
  defaults?: DefaultsDocument;
  webhooks?: WebhookDocument[];
  permissions?: Permission[];
  autoDelete?: AutoDelete;
  /** Template that becomes `result` on completion. */
  output?: string;
  result?: string;
  error?: string;
  /** 0…100, two decimals. */
  progress?: number;
  schedule?: { id: string; cron?: string };
}

/** The short form of a job: lists, the answer of `POST /jobs`, webhooks. */
export type JobSummary = Pick<
  Job,
  | 'id'
  | 'createdBy'
  | 'parentId'
  | 'inputs'
  | 'name'
  | 'description'
  | 'tags'
  | 'state'
  | 'createdAt'
  | 'startedAt'
  | 'completedAt'
  | 'failedAt'
  | 'position'
  | 'taskCount'
  | 'result'
  | 'error'
  | 'progress'
  | 'schedule'
>;

export type ScheduledJobState = 'ACTIVE' | 'PAUSED';

/** A job document that is submitted again and again by cron. */
export interface ScheduledJob {
  id: string;
  name: string;
  description?: string;
  tags?: string[];
  cron: string;
  state: ScheduledJobState;
  createdAt: Date;
  createdBy?: User;
  tasks: TaskDocument[];
  inputs?: StringMap;
  secrets?: StringMap;
  output?: string;
  defaults?: DefaultsDocument;
  webhooks?: WebhookDocument[];
  permissions?: Permission[];
  autoDelete?: AutoDelete;
}

export type ScheduledJobSummary = Pick<
  ScheduledJob,
  'id' | 'createdBy' | 'inputs' | 'state' | 'name' | 'description' | 'tags' | 'createdAt' | 'cron'
>;

/** Figures of `GET /metrics`. */
export interface Metrics {
  jobs: { running: number };
  tasks: { running: number };
  nodes: { online: number; cpuPercent: number };
}

/** A page of a list. `size` is the number of items in it, not the size asked for. */
export interface Page<T> {
  items: T[];
  number: number;
  size: number;
  totalPages: number;
  totalItems: number;
}
