import type { Job } from './job';
import type { MachineContext, Step, Transition } from '../machine/view';
import { applied } from '../machine/view';
import { round2 } from '../machine/text';
import { evaluateTask } from '../task/evaluate';
import type { Task } from '../task/task';

/** Progress of a job whose current top-level task stands at `percent`. */
export const progressOf = (job: Pick<Job, 'position' | 'taskCount'>, percent: number): number =>
  job.taskCount === 0 ? 0 : round2(((Math.max(1, job.position) - 1 + percent / 100) / job.taskCount) * 100);

/** The instance of the top-level task at a position, evaluated; FAILED with the reason when that is not possible. */
export function newTask(job: Job, position: number, context: MachineContext): { task: Task; step: Step } {
  const id = context.newId();
  const evaluation = evaluateTask(job.tasks[position - 1] ?? {}, job.context, context.expressions);
  const base = { ...evaluation.task, id, jobId: job.id, position, attempt: 0, createdAt: context.now };
  if (!('error' in evaluation)) return { task: { ...base, state: 'PENDING' }, step: { type: 'schedule', taskId: id } };
  const { error } = evaluation;
  return { task: { ...base, state: 'FAILED', failedAt: context.now, error }, step: { type: 'fail', error } };
}

/** What follows a top-level task that ended well: the next one, or the end of the job. `job` has its result already. */
export function stepAfter(job: Job, task: Task, context: MachineContext): Transition {
  const moved = {
    context: job.context,
    progress: Math.max(job.progress ?? 0, progressOf({ ...job, position: task.position }, 100)),
    position: task.position + 1,
  };
  if (task.position >= job.taskCount)
    return applied({ job: moved, steps: [{ type: 'progressed' }, { type: 'complete' }] });
  const next = newTask({ ...job, ...moved }, task.position + 1, context);
  return applied({ job: moved, newTasks: [next.task], steps: [{ type: 'progressed' }, next.step] });
}
