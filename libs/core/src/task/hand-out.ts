import type { DefaultsDocument, Limits, RetryDocument } from '../document/types';
import type { OutgoingMessage, RunnableTask, TaskPending } from '../queue/messages';
import { DEFAULT_QUEUE, privateQueueOf } from '../queue/queue';
import type { Job } from '../job/job';
import { valuesWithin } from '../secrets/hidden-texts';
import { secretValuesOf } from '../secrets/secrets-of';
import type { Task } from './task';

/** What a task takes from its job's `defaults` where it says nothing itself, and the queue it ends up in. */
export function withDefaults(
  task: Task,
  defaults: DefaultsDocument = {},
): Pick<Task, 'queue' | 'limits' | 'timeout' | 'retry' | 'priority'> {
  return {
    queue: task.queue || defaults.queue || DEFAULT_QUEUE,
    limits: mergeLimits(task.limits, defaults.limits),
    timeout: task.timeout || defaults.timeout,
    retry: mergeRetry(task.retry, defaults.retry),
    priority: task.priority || defaults.priority,
  };
}

function mergeLimits(own?: Limits, defaults?: Limits): Limits | undefined {
  if (!defaults) return own;
  const cpus = own?.cpus || defaults.cpus;
  const memory = own?.memory || defaults.memory;
  return { ...(cpus && { cpus }), ...(memory && { memory }) };
}

function mergeRetry(own: Task['retry'], defaults?: RetryDocument): Task['retry'] {
  return own?.limit || !defaults?.limit ? own : { ...defaults, ...(own?.attempts && { attempts: own.attempts }) };
}

/** The message that hands a task out, for its current attempt, with those of its job's secrets that are in it. */
export function handOut(task: Task, { secrets, context }: Pick<Job, 'secrets' | 'context'>): OutgoingMessage {
  const body: RunnableTask = {
    id: task.id,
    jobId: task.jobId,
    attempt: task.attempt,
    position: task.position,
    scheduledAt: (task.scheduledAt ?? task.createdAt).toISOString(),
    name: task.name,
    description: task.description,
    cmd: task.cmd,
    entrypoint: task.entrypoint,
    run: task.run,
    image: task.image,
    registry: task.registry,
    env: task.env,
    files: task.files,
    workdir: task.workdir,
    queue: task.queue,
    pre: task.pre,
    post: task.post,
    sidecars: task.sidecars,
    mounts: task.mounts,
    networks: task.networks,
    limits: task.limits,
    timeout: task.timeout,
    gpus: task.gpus,
    var: task.var,
    tags: task.tags,
    priority: task.priority,
  };
  // A task can print only what it was given, and a worker is to know no more than that.
  const hidden = valuesWithin(secretValuesOf([{ secrets }, { secrets: context.secrets }]), body);
  if (hidden.length > 0) body.hidden = hidden;
  return { queue: task.queue || DEFAULT_QUEUE, body, priority: task.priority };
}

/** Asks, once it is due, whether a task is to be handed out. */
export const whenDue = ({ id, jobId }: Task, dueAt: Date): OutgoingMessage => {
  const body: TaskPending = { type: 'pending', jobId, taskId: id };
  return { queue: 'pending', body, notBefore: dueAt };
};

/** Tells a node to stop working on a hand-out. */
export const cancelOn = (nodeId: string, taskId: string, attempt: number): OutgoingMessage => ({
  queue: privateQueueOf(nodeId),
  body: { type: 'cancel', taskId, attempt },
});
