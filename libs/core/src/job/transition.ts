import { parseDuration } from '../duration/duration';
import type { JobStep, JobView, MachineContext, Transition } from '../machine/view';
import { applied, nothing } from '../machine/view';
import { withoutNul } from '../machine/text';
import type { JobCommand, OutgoingMessage } from '../queue/messages';
import { cancelOn } from '../task/hand-out';
import { isActiveTask } from '../task/task';
import { newTask } from './advance';
import type { Job, JobState } from './job';
import type { TaskPatch } from '../machine/view';

/** What can happen to a job: commands, and what its tasks cause. */
export type JobCause = JobCommand['type'] | 'run' | 'complete' | 'fail';

/** Where each cause takes a job. A pair that is not here is a duplicate or came too late: nothing happens. */
export const NEXT_JOB: Record<JobState, Partial<Record<JobCause, JobState>>> = {
  PENDING: { start: 'SCHEDULED', fail: 'FAILED', cancel: 'CANCELLED' },
  SCHEDULED: { run: 'RUNNING', complete: 'COMPLETED', fail: 'FAILED', cancel: 'CANCELLED' },
  RUNNING: { complete: 'COMPLETED', fail: 'FAILED', cancel: 'CANCELLED' },
  COMPLETED: {},
  FAILED: { restart: 'RUNNING' },
  CANCELLED: { restart: 'RUNNING' },
};

/** What a command to a job changes. */
export function onJobCommand(view: JobView, command: JobCommand, context: MachineContext): Transition {
  const { job } = view;
  if (!NEXT_JOB[job.state][command.type]) return nothing('illegal');
  switch (command.type) {
    case 'start':
      return start(job, 'SCHEDULED', 1, context);
    case 'restart':
      return job.position > job.taskCount
        ? nothing('illegal')
        : start(job, 'RUNNING', Math.max(1, job.position), context);
    case 'cancel':
      return end(view, { state: 'CANCELLED' }, 'job.cancelled');
  }
}

/** Creates the task at `position`; what an earlier end left on the job is cleared. */
function start(job: Job, state: JobState, position: number, context: MachineContext): Transition {
  const first = newTask(job, position, context);
  return applied({
    job: {
      state,
      position,
      startedAt: job.startedAt ?? context.now,
      failedAt: undefined,
      completedAt: undefined,
      error: undefined,
    },
    newTasks: [first.task],
    steps: [first.step],
  });
}

/** What the tasks of a job cause it to do. */
export function onJobStep(view: JobView, step: JobStep, context: MachineContext): Transition {
  const { job } = view;
  if (step.type === 'progressed') return applied({});
  if (!NEXT_JOB[job.state][step.type]) return nothing('illegal');
  switch (step.type) {
    case 'run':
      return applied({ job: { state: 'RUNNING', failedAt: undefined } });
    case 'complete':
      return complete(view, context);
    case 'fail':
      return end(view, { state: 'FAILED', failedAt: context.now, error: withoutNul(step.error) }, 'job.failed');
  }
}

function complete(view: JobView, context: MachineContext): Transition {
  const { job } = view;
  try {
    const result = job.output ? withoutNul(context.expressions.render(job.output, job.context)) : undefined;
    const deleteAt = job.autoDelete?.after
      ? new Date(context.now.getTime() + parseDuration(job.autoDelete.after))
      : undefined;
    return applied({
      job: { state: 'COMPLETED', completedAt: context.now, ...(result && { result }), ...(deleteAt && { deleteAt }) },
      events: [{ topic: 'job.completed', jobId: job.id }],
    });
  } catch (cause) {
    const error = cause instanceof Error ? cause.message : String(cause);
    return end(view, { state: 'FAILED', failedAt: context.now, error }, 'job.failed');
  }
}

/** The job ends before its last task: whatever is still active ends with it, and nodes at work are told. */
function end(view: JobView, job: Partial<Job>, topic: 'job.failed' | 'job.cancelled'): Transition {
  const tasks: TaskPatch[] = [];
  const messages: OutgoingMessage[] = [];
  for (const task of view.tasks.values()) {
    if (!isActiveTask(task.state)) continue;
    tasks.push({ id: task.id, state: 'CANCELLED' });
    if (task.nodeId) messages.push(cancelOn(task.nodeId, task.id, task.attempt));
  }
  return applied({ job, tasks, messages, events: [{ topic, jobId: view.job.id }] });
}
