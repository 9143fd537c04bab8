import type { Job, JobContext, JobSummary } from '../job/job';
import type { JobEvent, OutgoingMessage } from '../queue/messages';
import type { Task, TaskSummary } from '../task/task';

/** A job and those of its tasks that an event is about, as they stand after all earlier events of the batch. */
export interface JobView {
  readonly job: Job;
  /** The task of the event; for events that may end the job, its active tasks too. */
  readonly tasks: ReadonlyMap<string, Task>;
}

/** Everything the machine may ask for besides the rows: it reads no clock, draws no ids and knows no language. */
export interface MachineContext {
  readonly now: Date;
  /** A fresh id of 32 hex digits. */
  newId(): string;
  readonly expressions: Expressions;
  /** A task handed out again more often than this fails. */
  readonly maxRedeliveries: number;
}

/** The expression language, as far as the machine needs it. Both throw an error whose message is fit for the user. */
export interface Expressions {
  /** Replaces each `{{ … }}` of a text by the text form of its value. */
  render(template: string, scope: Scope): string;
  /** The value of the first `{{ … }}` of a text, or of the whole text as an expression. */
  value(text: string, scope: Scope): unknown;
  /**
   * The value of the condition of a webhook, chosen as by `value`. It sees no context but what the webhook is about, its
   * members spelled as on the wire or with a capital (`job.state`, `job.State`, `job.ID`); others are errors.
   */
  condition(text: string, subjects: ConditionSubjects): unknown;
}

/**
 * Expressions that may cost only so much together, until the budget is refilled: as much as an event may. A document
 * can have thousands of them, and each is within the limits that it has by itself.
 */
export interface MeteredExpressions extends Expressions {
  refill(): void;
}

/** What the condition of a webhook is about. */
export interface ConditionSubjects {
  readonly job: JobSummary;
  readonly task?: TaskSummary;
}

/** What expressions see: the job's context and, inside `each`, its variables by name. */
export interface Scope extends JobContext {
  variables?: Readonly<Record<string, unknown>>;
}

/**
 * What is left to do once a transition is applied. Job steps belong to the event that caused them (their middleware
 * runs inside its own); task steps are events of their own, in order.
 */
export type Step =
  | { type: 'schedule'; taskId: string }
  | { type: 'finish'; taskId: string }
  | { type: 'run' }
  | { type: 'complete' }
  | { type: 'fail'; error: string }
  | { type: 'progressed' };

export type JobStep = Extract<Step, { type: 'run' | 'complete' | 'fail' | 'progressed' }>;
export type TaskStep = Exclude<Step, JobStep>;

export const isJobStep = (step: Step): step is JobStep => step.type !== 'schedule' && step.type !== 'finish';

export type JobPatch = Partial<Job>;
export type TaskPatch = Pick<Task, 'id'> & Partial<Task>;

/** A state change as data: patches of rows, new rows, messages for the outbox, hints for listeners, what comes next. */
export interface Transition {
  /**
   * `applied`: something changed. `stale`: the event names an attempt or a node that no longer holds the task, or
   * nothing that exists. `illegal`: the row's state has no such transition; a duplicate, or too late.
   */
  readonly outcome: 'applied' | 'stale' | 'illegal';
  readonly job?: JobPatch;
  readonly tasks: readonly TaskPatch[];
  readonly newTasks: readonly Task[];
  readonly messages: readonly OutgoingMessage[];
  readonly events: readonly JobEvent[];
  readonly steps: readonly Step[];
}

const EMPTY = { tasks: [], newTasks: [], messages: [], events: [], steps: [] } as const;

export const applied = (change: Partial<Omit<Transition, 'outcome'>>): Transition => ({
  ...EMPTY,
  ...change,
  outcome: 'applied',
});

/** Nothing changes; messages may still tell a node that it works in vain. */
export const nothing = (outcome: 'stale' | 'illegal', messages: readonly OutgoingMessage[] = []): Transition => ({
  ...EMPTY,
  messages,
  outcome,
});
