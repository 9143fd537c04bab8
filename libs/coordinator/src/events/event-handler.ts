import type {
  Job,
  JobCommand,
  JobStep,
  MachineContext,
  MeteredExpressions,
  Task,
  TaskEvent,
  TaskStep,
  Transition,
} from '@tork/core';
import {
  awaitsWebhook,
  failTask,
  isActiveJob,
  isActiveTask,
  isJobStep,
  onJobCommand,
  onJobStep,
  onTaskEvent,
  onTaskStep,
  secretsOf,
} from '@tork/core';
import { DatastoreUnavailableError } from '@tork/datastore';
import { runChain } from '@tork/middleware';
import type { JobContext, Middleware, RunOptions, ShownJob, TaskContext } from '@tork/middleware';
import type { CoordinatorLog } from '../log';
import type { WebhookRecorder } from '../webhooks/recorder';
import type { JobViews, WorkingView } from './job-views';
import { RewriteWatch, documentOf } from './rewriting';
import { ShownRow } from './shown-row';

export interface Chains extends RunOptions {
  readonly job: readonly Middleware<JobContext>[];
  readonly task: readonly Middleware<TaskContext>[];
}

/** What the machine is given, its expressions such that each event has a budget of its own. */
export interface EventContext extends MachineContext {
  readonly expressions: MeteredExpressions;
}

/** What a message about a job or a task says. */
export type CoordinatorEvent = JobCommand | TaskEvent;

export const isTaskEvent = (event: CoordinatorEvent): event is TaskEvent => 'taskId' in event;

/**
 * Applies events to their jobs: the pure transition, the middleware around it, and the steps that follow. Only
 * transitions that happen are shown to middleware; one that does not call `next` keeps its transition from happening.
 */
export class EventHandler {
  /** What follows once the event at hand is done: hand-outs and skipped tasks are events of their own to middleware. */
  private readonly later: { view: WorkingView; step: TaskStep }[] = [];

  constructor(
    private readonly views: JobViews,
    private readonly context: EventContext,
    private readonly chains: Chains,
    /** Brings the active tasks of a job into its view, for a step that may end them. */
    private readonly loadActiveTasks: (view: WorkingView) => Promise<void>,
    private readonly webhooks: WebhookRecorder,
    private readonly log: CoordinatorLog,
  ) {}

  async handle(view: WorkingView, event: CoordinatorEvent): Promise<void> {
    this.context.expressions.refill();
    if (isTaskEvent(event)) await this.taskEvent(view, event);
    else await this.jobCommand(view, event);
    // A loop, not a recursion: a job may skip thousands of tasks in a row.
    for (let next = this.later.shift(); next; next = this.later.shift()) await this.taskStep(next.view, next.step);
  }

  /** Fails a job that is still active, past all middleware. */
  async fail(view: WorkingView, error: string): Promise<void> {
    await this.failPastMiddleware(view, error);
  }

  private async taskEvent(view: WorkingView, event: TaskEvent): Promise<void> {
    const transition = onTaskEvent(view, event, this.context);
    const row = view.tasks.get(event.taskId);
    // `pending` only asks; its answer, the hand-out, is what middleware sees.
    const isWatched = this.chains.task.length > 0 || awaitsWebhook(view.job, 'task.StateChange');
    if (transition.outcome !== 'applied' || !row || !isWatched || event.type === 'pending') {
      return this.orFail(view, row, () => this.settle(view, transition));
    }
    // Middleware and webhooks see a task start before they see it end, also where one report says both.
    let planned = transition;
    if (row.state === 'SCHEDULED' && (event.type === 'completed' || event.type === 'failed')) {
      const { attempt, jobId, nodeId, ranMs, taskId } = event;
      await this.taskEvent(view, { type: 'started', attempt, jobId, nodeId, ranMs, taskId });
      if (!isActiveTask(row.state)) return;
      planned = onTaskEvent(view, event, this.context);
    }
    const shown = new ShownRow(
      row,
      planned.tasks.find((patch) => patch.id === row.id),
    );
    await this.aroundTask(view, row, shown, chainEventOf(event), (changed) => {
      if (!changed) return planned;
      const amended = { ...event };
      if (amended.type === 'completed' && 'result' in changed) amended.result = changed.result;
      if (amended.type === 'failed' && changed.error) amended.error = changed.error;
      return onTaskEvent(view, amended, this.context);
    });
    if (event.type === 'started' && row.state === 'RUNNING') await this.tellStarted(view, row);
  }

  /** Middleware hears once more of a task that runs, when that is recorded: nothing is left to be changed or refused. */
  private async tellStarted(view: WorkingView, row: Task): Promise<void> {
    const { chains } = this;
    if (chains.task.length === 0) return;
    const context: TaskContext = { event: 'STARTED', task: { ...row } };
    await this.orFail(view, row, () => runChain('task', chains.task, async () => undefined, context, chains));
  }

  /** A task in PENDING is handed out, one in SKIPPED is over. */
  private async taskStep(view: WorkingView, step: TaskStep): Promise<void> {
    const row = view.tasks.get(step.taskId);
    const decide = () => onTaskStep(view, step, this.context);
    const isShown = row?.state === 'PENDING' || row?.state === 'SKIPPED';
    // Skipping and the end of what is skipped are two events, and webhooks are told of both.
    const again = row?.state === 'SKIPPED' ? [row.id] : [];
    if (!isShown || this.chains.task.length === 0) {
      return this.orFail(view, row, () => this.settle(view, decide(), again));
    }
    await this.aroundTask(view, row, new ShownRow(row), 'STATE_CHANGE', decide, again);
  }

  /**
   * Runs the task chain around a change. What middleware changed on the task it was shown goes into the row first, then
   * `decide` is asked.
   */
  private async aroundTask(
    view: WorkingView,
    row: Task,
    shown: ShownRow<Task>,
    event: TaskContext['event'],
    decide: (changed: Partial<Task> | undefined) => Transition,
    again: readonly string[] = [],
  ): Promise<void> {
    const handler = async () => {
      const changed = shown.changed(FIXED_OF_TASK);
      if (changed) this.views.amend(view, row, changed);
      await this.settle(view, decide(changed), again);
      shown.refresh();
    };
    const { chains } = this;
    const context: TaskContext = { event, task: shown.value };
    await this.orFail(view, row, () => runChain('task', chains.task, handler, context, chains));
  }

  /**
   * Whatever a middleware threw, be it one of the job's chain for what the task caused, fails the task, or the job where
   * there is none, past all middleware; retries follow as ever.
   */
  private async orFail(view: WorkingView, row: Task | undefined, work: () => Promise<void>): Promise<void> {
    const { job, task } = this.chains;
    if (job.length + task.length === 0) return work();
    try {
      await work();
    } catch (cause) {
      if (cause instanceof DatastoreUnavailableError) throw cause;
      await this.failPastMiddleware(view, textOf(cause), row);
    }
  }

  /** A command from the jobs queue. A middleware that throws fails the job. */
  private async jobCommand(view: WorkingView, command: JobCommand): Promise<void> {
    if (command.type === 'cancel' && isActiveJob(view.job.state)) await this.loadActiveTasks(view);
    const decide = () => onJobCommand(view, command, this.context);
    await this.orFail(view, undefined, () => this.aroundJob(view, decide, SHOWN_FOR[command.type]));
  }

  private async failPastMiddleware(view: WorkingView, error: string, row?: Task): Promise<void> {
    const fields = { error: secretsOf(view.job).hide(error), jobId: view.job.id, taskId: row?.id };
    this.log.warn(fields, 'a job or a task fails for want of its middleware');
    if (!isActiveJob(view.job.state)) return; // it had ended when that failed, which is too late to matter
    const { context, loadActiveTasks, log, views, webhooks } = this;
    const plain = new EventHandler(views, context, { job: [], task: [] }, loadActiveTasks, webhooks, log);
    if (row && isActiveTask(row.state)) {
      await plain.settle(view, failTask(view.job, row, error, this.context));
      this.later.push(...plain.later);
    } else await plain.jobStep(view, { type: 'fail', error });
  }

  /** Shows a change of a job to the job chain, in the state `as` if that is given, and applies it. */
  private async aroundJob(view: WorkingView, decide: () => Transition, as?: ShownJob['state']): Promise<void> {
    let transition = decide();
    if (transition.outcome !== 'applied') return this.settle(view, transition);
    if (this.chains.job.length === 0) return this.changeJob(view, transition, as);
    const shown = new ShownRow<ShownJob>(view.job, transition.job);
    if (as) shown.value.state = as;
    const watch = as === 'PENDING' || as === 'RESTART' ? new RewriteWatch(shown.value) : undefined;
    const handler = async () => {
      const changed = shown.changed(FIXED_OF_JOB);
      const rewritten = watch ? watch.rewritten() : documentOf(changed);
      if (rewritten) {
        this.views.rewrite(view, rewritten);
        transition = decide(); // its first task is made of the document
      }
      await this.changeJob(view, transition, as, changed as Partial<Omit<Job, 'state'>> | undefined);
      shown.refresh();
      if (as) shown.value.state = as;
    };
    await runChain('job', this.chains.job, handler, { event: 'STATE_CHANGE', job: shown.value }, this.chains);
  }

  /**
   * Applies a change of a job, with what middleware changed besides. Webhooks see what a command found, in the state
   * `as`, and what everything else left behind.
   */
  private async changeJob(
    view: WorkingView,
    transition: Transition,
    as?: ShownJob['state'],
    changed: Partial<Omit<Job, 'state'>> = {},
  ): Promise<void> {
    const tell = this.webhooks.expect(view.job, 'job.StateChange');
    const found = tell && as && { ...view.job, ...changed, state: as };
    await this.settle(view, { ...transition, job: { ...transition.job, ...changed } });
    tell?.({ event: 'job.StateChange', job: found ?? view.job });
  }

  /**
   * Applies a transition and what belongs to it; what is an event of its own is left for later. Webhooks are told when
   * all that is done, of the tasks whose state has changed and of those named in `again`.
   */
  private async settle(view: WorkingView, transition: Transition, again?: readonly string[]): Promise<void> {
    const tells = [this.webhooks.expectTasks(view, transition, again)];
    this.views.apply(view, transition);
    try {
      for (const step of transition.steps) {
        if (step.type === 'progressed') tells.push(await this.progressed(view));
        else if (isJobStep(step)) await this.jobStep(view, step);
        else if (step.type === 'schedule' || view.tasks.get(step.taskId)?.state === 'SKIPPED')
          this.later.push({ view, step });
        else await this.settle(view, onTaskStep(view, step, this.context));
      }
    } finally {
      for (const tell of tells) tell?.();
    }
  }

  /** Shows progress to the job chain. Returns what tells webhooks, of a job that has perhaps ended with it. */
  private async progressed(view: WorkingView): Promise<(() => void) | undefined> {
    const { chains } = this;
    const tell = this.webhooks.expect(view.job, 'job.Progress');
    const shown = new ShownRow(view.job);
    let changed: Partial<Job> | undefined;
    let wasHandled = false;
    const handler = async () => {
      wasHandled = true;
      changed = shown.changed(FIXED_OF_JOB);
    };
    await runChain('job', chains.job, handler, { event: 'PROGRESS', job: shown.value }, chains);
    return tell && (() => wasHandled && tell({ event: 'job.Progress', job: { ...view.job, ...changed } }));
  }

  private async jobStep(view: WorkingView, step: Exclude<JobStep, { type: 'progressed' }>): Promise<void> {
    const mayEndTasks = step.type === 'fail' || (step.type === 'complete' && view.job.output !== undefined);
    if (mayEndTasks && isActiveJob(view.job.state)) await this.loadActiveTasks(view);
    await this.aroundJob(view, () => onJobStep(view, step, this.context));
  }
}

const chainEventOf = (event: TaskEvent): TaskContext['event'] =>
  event.type === 'progress' ? 'PROGRESS' : event.type === 'redelivered' ? 'REDELIVERED' : 'STATE_CHANGE';

/**
 * What the job chain is shown a command as. SCHEDULED is never reported: whoever watches a job sees it PENDING until a
 * task runs.
 */
const SHOWN_FOR: Record<JobCommand['type'], ShownJob['state']> = {
  start: 'PENDING',
  cancel: 'CANCELLED',
  restart: 'RESTART',
};

/** What middleware cannot change: the machine's own. */
const FIXED_OF_JOB: ReadonlySet<string> = new Set<keyof Job>(['id', 'parentId', 'state', 'position', 'taskCount']);
const FIXED_OF_TASK: ReadonlySet<string> = new Set<keyof Task>([
  ...(['id', 'jobId', 'parentId', 'state', 'position', 'attempt', 'nodeId', 'dueAt', 'redelivered'] as const),
]);

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
