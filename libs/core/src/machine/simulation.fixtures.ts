import { onJobCommand, onJobStep } from '../job/transition';
import type { Job } from '../job/job';
import type { JobCommand, NodeCommand, OutgoingMessage, RunnableTask, TaskEvent } from '../queue/messages';
import { COORDINATOR_QUEUES } from '../queue/queue';
import type { Task, TaskState } from '../task/task';
import { onTaskEvent, onTaskStep } from '../task/transition';
import type { TaskDocument } from '../document/types';
import type { JobState } from '../job/job';
import type { MachineContext, Step, Transition } from './view';
import { isJobStep } from './view';

export interface Outcome {
  /** What the script of a task does when it runs, by its name. */
  (task: RunnableTask): { result?: string } | { error: string };
}

/** A hand-out that a node works on. */
interface Run {
  task: RunnableTask;
  nodeId: string;
}

/**
 * A world around one job: its rows, the messages on their way, and nodes that run what is handed out. Whatever happens
 * in it is chosen by the test: which message arrives next, twice, or never; which node dies.
 */
export class World {
  readonly tasks = new Map<string, Task>();
  readonly messages: OutgoingMessage[] = [];
  readonly runs: Run[] = [];
  /** Every state that a row ever had, in order. */
  readonly jobHistory: JobState[];
  readonly taskHistory = new Map<string, TaskState[]>();
  private clock = Date.UTC(2026, 0, 1);
  private ids = 0;
  private nodes = 0;

  constructor(
    readonly job: Job,
    private readonly outcome: Outcome,
    private readonly maxRedeliveries = 5,
  ) {
    this.jobHistory = [job.state];
    this.messages.push({ queue: 'jobs', body: { type: 'start', jobId: job.id } satisfies JobCommand });
  }

  static sequential(
    documents: TaskDocument[],
    outcome: Outcome,
    more: Partial<Job> = {},
    maxRedeliveries?: number,
  ): World {
    const job: Job = {
      id: 'job',
      name: 'simulated',
      state: 'PENDING',
      createdAt: new Date(0),
      tasks: documents,
      position: 0,
      taskCount: documents.length,
      context: { job: { id: 'job', name: 'simulated' }, inputs: {} },
      ...more,
    };
    return new World(job, outcome, maxRedeliveries);
  }

  /** Delivers the message at an index, wherever it stands; keeps it for a second delivery if asked to. */
  deliver(index: number, keep = false): void {
    const message = keep ? this.messages[index] : this.messages.splice(index, 1)[0];
    if (!message) return;
    if (isForCoordinator(message.queue)) return this.handle(message.body as JobCommand | TaskEvent);
    if (message.queue.startsWith('x-')) return this.cancelRun(message.queue.slice(2), message.body as NodeCommand);
    const task = message.body as RunnableTask;
    const nodeId = `node${++this.nodes}`;
    this.runs.push({ task, nodeId });
    this.messages.push({ queue: 'started', body: { ...reportOf({ task, nodeId }), type: 'started' } });
  }

  /** A node finishes what it runs and says so. */
  finishRun(index: number): void {
    const run = this.runs.splice(index, 1)[0];
    if (!run) return;
    const outcome = this.outcome(run.task);
    this.messages.push(
      'error' in outcome
        ? { queue: 'error', body: { ...reportOf(run), type: 'failed', error: outcome.error } }
        : { queue: 'completed', body: { ...reportOf(run), type: 'completed', result: outcome.result } },
    );
  }

  /** A node gives back what it runs. */
  returnRun(index: number): void {
    const run = this.runs.splice(index, 1)[0];
    if (!run) return;
    const body: TaskEvent = { ...reportOf(run), type: 'redelivered', reason: 'returned' };
    this.messages.push({ queue: 'redeliveries', body });
  }

  /** A node dies with what it runs; nobody is told. */
  killRun(index: number): void {
    this.runs.splice(index, 1);
  }

  loseMessage(index: number): void {
    this.messages.splice(index, 1);
  }

  command(type: JobCommand['type']): void {
    this.messages.push({ queue: 'jobs', body: { type, jobId: this.job.id } });
  }

  /** A sweep: rows whose next message is gone get it again, as leases and the reconciler see to it. */
  reconcile(): void {
    const has = (match: (body: Record<string, unknown>) => boolean) =>
      this.messages.some(({ body }) => match(body as Record<string, unknown>));
    if (this.job.state === 'PENDING' && !has((body) => body.type === 'start')) this.command('start');
    for (const task of this.tasks.values()) {
      const about = has((body) => body.taskId === task.id || body.id === task.id);
      const held = this.runs.some((run) => run.task.id === task.id && run.task.attempt === task.attempt);
      if (about || held) continue;
      if (task.state === 'PENDING')
        this.messages.push({ queue: 'pending', body: { type: 'pending', jobId: this.job.id, taskId: task.id } });
      if (task.state === 'SCHEDULED') this.redeliver(task, 'missing');
      if (task.state === 'RUNNING') this.redeliver(task, 'lost');
    }
  }

  redeliver({ id: taskId, attempt, nodeId }: Task, reason: 'lost' | 'missing' | 'vanished'): void {
    const holder = reason === 'lost' && { nodeId };
    const body: TaskEvent = { type: 'redelivered', jobId: this.job.id, taskId, attempt, reason, ...holder };
    this.messages.push({ queue: 'redeliveries', body });
  }

  /** Everything that can happen happens, in order, and time passes: the fair end of any run. */
  runFairly(limit = 10_000): void {
    for (let i = 0; i < limit; i++) {
      this.clock += 24 * 60 * 60_000;
      if (this.messages.length > 0) this.deliver(0);
      else if (this.runs.length > 0) this.finishRun(0);
      else {
        this.reconcile();
        if (this.messages.length === 0) return;
      }
    }
    throw new Error(`no rest after ${limit} steps: job ${this.job.state}`);
  }

  private handle(event: JobCommand | TaskEvent): void {
    const transition =
      'taskId' in event
        ? onTaskEvent(this.view(), event, this.context())
        : onJobCommand(this.view(), event, this.context());
    const steps: Step[] = [];
    this.apply(transition, steps);
    for (let step = steps.shift(); step; step = steps.shift()) {
      this.apply(
        isJobStep(step) ? onJobStep(this.view(), step, this.context()) : onTaskStep(this.view(), step, this.context()),
        steps,
      );
    }
  }

  private apply(transition: Transition, steps: Step[]): void {
    Object.assign(this.job, transition.job);
    if (transition.job?.state) this.jobHistory.push(transition.job.state);
    for (const task of transition.newTasks) {
      this.tasks.set(task.id, { ...task });
      this.taskHistory.set(task.id, [task.state]);
    }
    for (const patch of transition.tasks) {
      Object.assign(this.tasks.get(patch.id)!, patch);
      if (patch.state) this.taskHistory.get(patch.id)!.push(patch.state);
    }
    this.messages.push(...transition.messages);
    steps.unshift(...transition.steps);
  }

  private cancelRun(nodeId: string, command: NodeCommand): void {
    const index = this.runs.findIndex((run) => run.nodeId === nodeId && run.task.id === command.taskId);
    if (index >= 0) this.killRun(index);
  }

  private view() {
    return { job: this.job, tasks: this.tasks };
  }

  context(): MachineContext {
    this.clock += 1;
    return {
      now: new Date(this.clock),
      newId: () => `task${++this.ids}`,
      expressions: { render: renderSimply, value: (text) => text, condition: () => undefined },
      maxRedeliveries: this.maxRedeliveries,
    };
  }
}

const reportOf = ({ task, nodeId }: Run) => ({ jobId: task.jobId, taskId: task.id, attempt: task.attempt, nodeId });

const isForCoordinator = (queue: string) => (COORDINATOR_QUEUES as readonly string[]).includes(queue);

/** As much of the language as the simulation's documents use: `tasks.<var>`, `false`, and `boom`, which fails. */
function renderSimply(template: string, scope: { tasks?: Record<string, string> }): string {
  return template.replace(/\{\{\s*(.+?)\s*\}\}/g, (_, expression: string) => {
    if (expression === 'boom') throw new Error('error evaluating expression: boom');
    const name = /^tasks\.(\w+)$/.exec(expression)?.[1];
    return name ? (scope.tasks?.[name] ?? '') : expression;
  });
}
