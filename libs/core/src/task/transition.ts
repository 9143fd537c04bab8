import type { Job } from '../job/job';
import { isActiveJob } from '../job/job';
import { progressOf, stepAfter } from '../job/advance';
import type { JobView, MachineContext, Step, TaskPatch, TaskStep, Transition } from '../machine/view';
import { applied, nothing } from '../machine/view';
import { round2, withoutNul } from '../machine/text';
import type {
  TaskCompleted,
  TaskEvent,
  TaskFailed,
  TaskProgressed,
  TaskRedelivered,
  TaskStarted,
} from '../queue/messages';
import { isSkipped } from './evaluate';
import { cancelOn, handOut, whenDue, withDefaults } from './hand-out';
import { mayRetry, nextTry } from './retry';
import type { Task, TaskState } from './task';

/** What can happen to a task: what messages say, and what the machine itself decides. */
export type TaskCause = TaskEvent['type'] | 'scheduled' | 'skipped' | 'cancelled';

/**
 * Where each cause takes a task. A pair that is not here is a duplicate or came too late: nothing happens. `pending` is
 * only the question whether the task is due; its answer is `scheduled` or `skipped`.
 */
export const NEXT_TASK: Record<TaskState, Partial<Record<TaskCause, TaskState>>> = {
  CREATED: { cancelled: 'CANCELLED' },
  PENDING: { pending: 'PENDING', scheduled: 'SCHEDULED', skipped: 'SKIPPED', cancelled: 'CANCELLED' },
  // An answer may overtake `started`: they travel in different queues.
  SCHEDULED: {
    started: 'RUNNING',
    completed: 'COMPLETED',
    failed: 'FAILED',
    redelivered: 'SCHEDULED',
    cancelled: 'CANCELLED',
  },
  RUNNING: {
    progress: 'RUNNING',
    completed: 'COMPLETED',
    failed: 'FAILED',
    redelivered: 'SCHEDULED',
    cancelled: 'CANCELLED',
  },
  COMPLETED: {},
  FAILED: {},
  CANCELLED: {},
  SKIPPED: {},
};

/** What a message about a task changes. The row decides; a message that does not fit it changes nothing. */
export function onTaskEvent(view: JobView, event: TaskEvent, context: MachineContext): Transition {
  const task = view.tasks.get(event.taskId);
  if (!task) return nothing('stale', cancelReporter(event));
  if (event.type === 'pending') return onPending(task, context);
  if (event.attempt !== task.attempt) return nothing('stale', cancelReporter(event));
  if (event.nodeId !== undefined && task.nodeId !== undefined && event.nodeId !== task.nodeId)
    return nothing('stale', cancelReporter(event));
  if (!NEXT_TASK[task.state][event.type] || !isActiveJob(view.job.state)) {
    const heldInVain = event.type === 'started' && (task.nodeId !== event.nodeId || task.state === 'CANCELLED');
    return nothing('illegal', heldInVain ? cancelReporter(event) : []);
  }
  switch (event.type) {
    case 'started':
      return onStarted(view.job, task, event, context.now);
    case 'progress':
      return onProgress(view.job, task, event);
    case 'completed':
      return onCompleted(view.job, task, event, context.now);
    case 'failed':
      return onFailed(view.job, task, event, context);
    case 'redelivered':
      return onRedelivered(view.job, task, event, context);
  }
}

/** A node that reports on a task it does not hold any more is told to stop. */
const cancelReporter = (event: TaskEvent) =>
  event.type === 'started' || event.type === 'progress' ? [cancelOn(event.nodeId, event.taskId, event.attempt)] : [];

function onPending(task: Task, context: MachineContext): Transition {
  if (task.state !== 'PENDING') return nothing('illegal');
  // Timers fire a little early and clocks differ: the question is asked again instead of being lost.
  if (task.dueAt && task.dueAt > context.now) return nothing('stale', [whenDue(task, task.dueAt)]);
  return applied({ steps: [{ type: 'schedule', taskId: task.id }] });
}

function onStarted(job: Job, task: Task, event: TaskStarted, now: Date): Transition {
  return applied({
    tasks: [{ id: task.id, state: 'RUNNING', nodeId: event.nodeId, startedAt: startOf(task, event, now) }],
    steps: runStep(job),
  });
}

/** The first task that starts takes the job from SCHEDULED to RUNNING. */
const runStep = (job: Job): Step[] => (job.state === 'SCHEDULED' ? [{ type: 'run' }] : []);

function onProgress(job: Job, task: Task, event: TaskProgressed): Transition {
  const progress = Math.min(100, Math.max(0, event.progress));
  if (!Number.isFinite(progress)) return nothing('illegal');
  const ofJob = progressOf(job, round2(progress));
  return applied({
    tasks: [{ id: task.id, progress: round2(progress) }],
    ...(ofJob > (job.progress ?? 0) && { job: { progress: ofJob }, steps: [{ type: 'progressed' }] }),
  });
}

/** Never before its hand-out, whatever a node claims. */
const startOf = (task: Task, { ranMs = 0 }: TaskStarted | TaskCompleted | TaskFailed, now: Date): Date =>
  new Date(Math.min(now.getTime(), Math.max(now.getTime() - ranMs, task.scheduledAt?.getTime() ?? 0)));

/** An answer that overtook `started`, or came without one, says that the task has started. */
const startedWith = (task: Task, event: TaskCompleted | TaskFailed, now: Date): Omit<TaskPatch, 'id'> =>
  task.state === 'SCHEDULED' ? { nodeId: event.nodeId, startedAt: startOf(task, event, now) } : {};

function onCompleted(job: Job, task: Task, event: TaskCompleted, now: Date): Transition {
  const result = event.result === undefined ? undefined : withoutNul(event.result);
  return applied({
    tasks: [
      {
        id: task.id,
        ...startedWith(task, event, now),
        state: 'COMPLETED',
        completedAt: now,
        ...(result && { result }),
      },
    ],
    steps: [...runStep(job), { type: 'finish', taskId: task.id }],
  });
}

function onFailed(job: Job, task: Task, event: TaskFailed, context: MachineContext): Transition {
  return failTask(job, { ...task, ...startedWith(task, event, context.now) }, withoutNul(event.error), context);
}

/** An active task is FAILED, for whatever reason; its next try takes its place, or the job fails with it. */
export function failTask(job: Job, task: Task, error: string, context: MachineContext): Transition {
  const { now } = context;
  const failed: TaskPatch = {
    id: task.id,
    nodeId: task.nodeId,
    startedAt: task.startedAt,
    state: 'FAILED',
    failedAt: now,
    error,
  };
  const run = task.startedAt ? runStep(job) : [];
  if (!mayRetry(task)) return applied({ tasks: [failed], steps: [...run, { type: 'fail', error }] });
  const retry = nextTry(task, context.newId(), now);
  return applied({
    tasks: [failed],
    newTasks: [retry],
    ...(retry.dueAt
      ? {
          messages: [whenDue(retry, retry.dueAt)],
          steps: run,
        }
      : { steps: [...run, { type: 'schedule', taskId: retry.id }] }),
  });
}

/** The text of a task that was handed out too often; the contract's. */
export const REDELIVERED_TOO_OFTEN = 'task redelivered too many times';

function onRedelivered(job: Job, task: Task, event: TaskRedelivered, context: MachineContext): Transition {
  if (event.reason === 'missing' && task.state !== 'SCHEDULED') return nothing('illegal');
  const counts = event.reason !== 'returned';
  const redelivered = (task.redelivered ?? 0) + (counts ? 1 : 0);
  // A node that is cut off may still be at it.
  const stop = task.nodeId ? [cancelOn(task.nodeId, task.id, task.attempt)] : [];
  if (redelivered > context.maxRedeliveries) {
    const failed = failTask(job, task, REDELIVERED_TOO_OFTEN, context);
    return { ...failed, messages: [...stop, ...failed.messages] };
  }
  const again: TaskPatch = {
    id: task.id,
    state: 'SCHEDULED',
    attempt: task.attempt + 1,
    redelivered: redelivered || undefined,
    nodeId: undefined,
    startedAt: undefined,
    progress: undefined,
    scheduledAt: context.now,
  };
  return applied({ tasks: [again], messages: [...stop, handOut({ ...task, ...again }, job)] });
}

/** What the machine decided about a task: hand it out or skip it; or carry on after its end. */
export function onTaskStep(view: JobView, step: TaskStep, context: MachineContext): Transition {
  const task = view.tasks.get(step.taskId);
  if (!task || !isActiveJob(view.job.state)) return nothing('stale');
  switch (step.type) {
    case 'schedule':
      return task.state === 'PENDING' ? schedule(view.job, task, context.now) : nothing('illegal');
    case 'finish':
      return finish(view.job, task, context);
  }
}

function schedule(job: Job, task: Task, now: Date): Transition {
  if (isSkipped(task)) {
    return applied({
      tasks: [{ id: task.id, state: 'SKIPPED', scheduledAt: now, startedAt: now, completedAt: now }],
      steps: [{ type: 'finish', taskId: task.id }],
    });
  }
  const scheduled: TaskPatch = {
    id: task.id,
    ...withDefaults(task, job.defaults),
    state: 'SCHEDULED',
    attempt: task.attempt + 1,
    scheduledAt: now,
    dueAt: undefined,
  };
  return applied({ tasks: [scheduled], messages: [handOut({ ...task, ...scheduled }, job)] });
}

/** A task ended well (COMPLETED or SKIPPED): its result enters the context and the job moves on. */
function finish(job: Job, task: Task, context: MachineContext): Transition {
  const jobContext =
    task.var && task.result
      ? { ...job.context, tasks: { ...job.context.tasks, [task.var]: task.result } }
      : job.context;
  return stepAfter({ ...job, context: jobContext }, task, context);
}
