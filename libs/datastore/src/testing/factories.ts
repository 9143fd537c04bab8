import { randomUUID } from 'node:crypto';
import type { Heartbeat, Job, LogShipment, Node, Task } from '@tork/core';
import type { Datastore } from '../datastore';

/** 32 hex digits. */
export const newId = (): string => randomUUID().replaceAll('-', '');

/** A job as submitted, with one task; `overrides` replace fields. */
export const makeJob = (overrides: Partial<Job> = {}): Job => ({
  id: newId(),
  name: 'a job',
  state: 'PENDING',
  createdAt: new Date(),
  tasks: [{ name: 'a task', run: 'true' }],
  position: 0,
  taskCount: 1,
  context: {},
  ...overrides,
});

/** An instance of the job's first task, handed out once. */
export const makeTask = (job: Pick<Job, 'id'>, overrides: Partial<Task> = {}): Task => ({
  id: newId(),
  jobId: job.id,
  name: 'a task',
  run: 'true',
  position: 1,
  state: 'SCHEDULED',
  attempt: 1,
  createdAt: new Date(),
  scheduledAt: new Date(),
  queue: 'default',
  ...overrides,
});

/** A node that is alive. */
export const makeNode = (overrides: Partial<Heartbeat> = {}): Heartbeat => ({
  id: newId().slice(0, 22),
  name: 'Worker',
  startedAt: new Date(),
  lastHeartbeatAt: new Date(),
  status: 'UP' satisfies Node['status'],
  version: '1.0.0',
  ...overrides,
});

/** A line of output. */
export const makeShipment = (task: Pick<Task, 'id'>, overrides: Partial<LogShipment> = {}): LogShipment => ({
  taskId: task.id,
  attempt: 1,
  sequence: 1,
  contents: 'a line',
  at: new Date().toISOString(),
  ...overrides,
});

/** Stores jobs with an instance of a task each. */
export async function storeJobs(
  datastore: Datastore,
  jobs: readonly Job[],
  tasks: readonly Task[] = [],
): Promise<void> {
  await datastore.transaction((tx) => tx.write({ newJobs: jobs, newTasks: tasks }));
}

/** Stores a job with one task, and returns both. */
export async function storeJob(
  datastore: Datastore,
  { job: jobFields, task: taskFields }: { job?: Partial<Job>; task?: Partial<Task> } = {},
): Promise<{ job: Job; task: Task }> {
  const job = makeJob(jobFields);
  const task = makeTask(job, taskFields);
  await storeJobs(datastore, [job], [task]);
  return { job, task };
}
