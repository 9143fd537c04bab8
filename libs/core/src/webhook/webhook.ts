import type { StringMap } from '../document/types';
import type { Job, JobState } from '../job/job';
import type { Task } from '../task/task';

/** What a webhook may ask for. One that asks for nothing asks for `job.StateChange`; other names never match. */
export type WebhookEvent = 'job.StateChange' | 'job.Progress' | 'task.StateChange' | 'task.Progress';

/** A job as its webhooks show it. RESTART is what a restart looks like; it is stored as RUNNING. */
export type WebhookJob = Omit<Job, 'state'> & { state: JobState | 'RESTART' };

/** What happened: the job or the task is as it was left by that. */
export type WebhookOccasion =
  | { readonly event: Extract<WebhookEvent, `job.${string}`>; readonly job: WebhookJob }
  | { readonly event: Extract<WebhookEvent, `task.${string}`>; readonly task: Task };

/** A call that is to be made: stored with the change that it tells of, and made until somebody takes it. */
export interface WebhookDelivery {
  /** 32 hex digits, the same at every attempt: how a receiver recognises a repeat. */
  id: string;
  jobId: string;
  event: WebhookEvent;
  url: string;
  /** The user's headers with their templates rendered; none that breaks a request or is ours to set. */
  headers: StringMap;
  /** Compact JSON. */
  body: string;
}
