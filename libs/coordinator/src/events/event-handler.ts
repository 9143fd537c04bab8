import type { Job, JobCommand, JobStep, MachineContext, Task, TaskEvent, TaskStep, Transition } from '@tork/core';
import {
  failTask,
  isActiveJob,
  isActiveTask,
  isJobStep,
  onJobCommand,
  onJobStep,
  onTaskEvent,
  onTaskStep,
} from '@tork/core';
import { DatastoreUnavailableError } from '@tork/datastore';
import type { ChainWatch, JobContext, Middleware, TaskContext } from '@tork/middleware';
import { compose } from '@tork/middleware';
import type { JobViews, WorkingView } from './job-views';

export interface Chains {
  readonly job: readonly Middleware<JobContext>[];
  readonly task: readonly Middleware<TaskContext>[];
  /** Reports links that do not settle. */
  readonly watch?: ChainWatch;
}

/** What a message about a job or a task says. */
export type CoordinatorEvent = JobCommand | TaskEvent;

export const isTaskEvent = (event: CoordinatorEvent): event is TaskEvent => 'taskId' in event;

/**
 * Applies events to their jobs: the pure transition, the middleware around it, and the steps that follow. Only
 * transitions that happen are shown to middleware; one that does not call `next` keeps its transition from happening.
 */
export class EventHandler {
  /** Tasks to be handed out once the event at hand is done: each is an event of its own to middleware. */
  private readonly toSchedule: { view: WorkingView; step: TaskStep }[] = [];

  constructor(
    private readonly views: JobViews,
    private readonly context: MachineContext,
    private readonly chains: Chains,
    /** Brings the active tasks of a job into its view, for a step that may end them. */
    private readonly loadActiveTasks: (view: WorkingView) => Promise<void>,
  ) {}

  async handle(view: WorkingView, event: CoordinatorEvent): Promise<void> {
    if (isTaskEvent(event)) await this.taskEvent(view, event);
    else await this.jobCommand(view, event);
    // A loop, not a recursion: a job may skip thousands of tasks in a row.
    for (let next = this.toSchedule.shift(); next; next = this.toSchedule.shift())
      await this.schedule(next.view, next.step);
  }

  /** Fails a job that is still active, past all middleware. */
  async fail(view: WorkingView, error: string): Promise<void> {
    await this.failPastMiddleware(view, error);
  }

  private async taskEvent(view: WorkingView, event: TaskEvent): Promise<void> {
    const transition = onTaskEvent(view, event, this.context);
    const row = view.tasks.get(event.taskId);
    // `pending` only asks; its answer, the hand-out, is what middleware sees.
    if (transition.outcome !== 'applied' || !row || this.chains.task.length === 0 || event.type === 'pending') {
      return this.settle(view, transition);
    }
    // Middleware sees a task start before it sees it end, also where one report says both.
    if (row.state === 'SCHEDULED' && (event.type === 'completed' || event.type === 'failed')) {
      const { attempt, jobId, nodeId, ranMs, taskId } = event;
      await this.taskEvent(view, { type: 'started', attempt, jobId, nodeId, ranMs, taskId });
      if (!isActiveTask(row.state)) return;
    }
    const shown: Task = {
      ...row,
      ...onTaskEvent(view, event, this.context).tasks.find((patch) => patch.id === row.id),
    };
    await this.aroundTask(view, row, shown, chainEventOf(event), (changed) => {
      const amended = { ...event };
      if (amended.type === 'completed' && 'result' in changed) amended.result = changed.result;
      if (amended.type === 'failed' && changed.error) amended.error = changed.error;
      return onTaskEvent(view, amended, this.context);
    });
  }

  private async schedule(view: WorkingView, step: TaskStep): Promise<void> {
    const row = view.tasks.get(step.taskId);
    const decide = () => onTaskStep(view, step, this.context);
    if (!row || this.chains.task.length === 0 || row.state !== 'PENDING') return this.settle(view, decide());
    await this.aroundTask(view, row, { ...row }, 'STATE_CHANGE', decide);
  }

  /**
   * Runs the task chain around a change. What middleware changed on the task it was shown goes into the row first, then
   * `decide` is asked. A middleware that throws fails the task, past all middleware; retries follow as ever.
   */
  private async aroundTask(
    view: WorkingView,
    row: Task,
    shown: Task,
    event: TaskContext['event'],
    decide: (changed: Partial<Task>) => Transition,
  ): Promise<void> {
    const before = { ...shown };
    const handler = async () => {
      const changed = changesOf(before, shown);
      if (Object.keys(changed).length > 0) this.views.amend(view, row, changed);
      await this.settle(view, decide(changed));
      Object.assign(shown, row);
    };
    try {
      await compose(this.chains.task, handler, this.chains.watch)({ event, task: shown });
    } catch (cause) {
      if (cause instanceof DatastoreUnavailableError) throw cause;
      await this.failPastMiddleware(view, textOf(cause), row);
    }
  }

  /** A command from the jobs queue. A middleware that throws fails the job. */
  private async jobCommand(view: WorkingView, command: JobCommand): Promise<void> {
    if (command.type === 'cancel' && isActiveJob(view.job.state)) await this.loadActiveTasks(view);
    try {
      await this.aroundJob(view, onJobCommand(view, command, this.context));
    } catch (cause) {
      if (cause instanceof DatastoreUnavailableError) throw cause;
      await this.failPastMiddleware(view, textOf(cause));
    }
  }

  private async failPastMiddleware(view: WorkingView, error: string, row?: Task): Promise<void> {
    if (!isActiveJob(view.job.state)) return;
    const plain = new EventHandler(this.views, this.context, { job: [], task: [] }, this.loadActiveTasks);
    if (row && isActiveTask(row.state)) {
      await plain.settle(view, failTask(view.job, row, error, this.context));
      this.toSchedule.push(...plain.toSchedule);
    } else await plain.jobStep(view, { type: 'fail', error });
  }

  /** Shows a change of a job to the job chain and applies it. */
  private async aroundJob(view: WorkingView, transition: Transition): Promise<void> {
    if (transition.outcome !== 'applied' || this.chains.job.length === 0) return this.settle(view, transition);
    const shown: Job = { ...view.job, ...transition.job };
    // SCHEDULED is never reported: whoever watches a job sees it PENDING until a task runs.
    if (shown.state === 'SCHEDULED') shown.state = 'PENDING';
    const before = { ...shown };
    const handler = async () => {
      const changed = changesOf(before, shown);
      await this.settle(view, { ...transition, job: { ...transition.job, ...changed } });
      Object.assign(shown, view.job);
    };
    await compose(this.chains.job, handler, this.chains.watch)({ event: 'STATE_CHANGE', job: shown });
  }

  /** Applies a transition and what belongs to it; hand-outs are left for later. */
  private async settle(view: WorkingView, transition: Transition): Promise<void> {
    this.views.apply(view, transition);
    for (const step of transition.steps) {
      if (isJobStep(step)) await this.jobStep(view, step);
      else if (step.type === 'finish') await this.settle(view, onTaskStep(view, step, this.context));
      else this.toSchedule.push({ view, step });
    }
  }

  private async jobStep(view: WorkingView, step: JobStep): Promise<void> {
    if (step.type === 'progressed') {
      if (this.chains.job.length > 0)
        await compose(
          this.chains.job,
          async () => undefined,
          this.chains.watch,
        )({ event: 'PROGRESS', job: { ...view.job } });
      return;
    }
    const mayEndTasks = step.type === 'fail' || (step.type === 'complete' && view.job.output !== undefined);
    if (mayEndTasks && isActiveJob(view.job.state)) await this.loadActiveTasks(view);
    await this.aroundJob(view, onJobStep(view, step, this.context));
  }
}

const chainEventOf = (event: TaskEvent): TaskContext['event'] =>
  event.type === 'progress' ? 'PROGRESS' : event.type === 'redelivered' ? 'REDELIVERED' : 'STATE_CHANGE';

/** What is not the same any more, the state aside: that is the machine's to decide. */
function changesOf<T extends { state: unknown }>(before: T, after: T): Partial<T> {
  const changed: Partial<T> = {};
  for (const key of Object.keys(after) as (keyof T)[]) {
    if (key !== 'state' && after[key] !== before[key]) changed[key] = after[key];
  }
  return changed;
}

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
