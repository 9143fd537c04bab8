import type { Job, JobEvent, JobView, OutgoingMessage, Task, Transition } from '@tork/core';
import type { Changes } from '@tork/datastore';

/** A job under change: the rows as the batch found them, with everything applied so far. */
export interface WorkingView extends JobView {
  readonly tasks: Map<string, Task>;
  /** All active tasks are in `tasks`. */
  hasActiveTasks: boolean;
}

/** The jobs of one batch, and what has become of them: what the transaction will write. */
export class JobViews {
  private readonly views = new Map<string, WorkingView>();
  private readonly changedJobs = new Set<Job>();
  private readonly rewrittenJobs = new Set<Job>();
  private readonly changedTasks = new Set<Task>();
  private readonly newTasks = new Set<Task>();
  private readonly messages: OutgoingMessage[] = [];
  readonly events: JobEvent[] = [];

  constructor(jobs: readonly Job[]) {
    for (const job of jobs) this.views.set(job.id, { job, tasks: new Map(), hasActiveTasks: false });
  }

  of(jobId: string): WorkingView | undefined {
    return this.views.get(jobId);
  }

  /** Adds rows; one that is there already has been changed by this batch and stays. */
  add(tasks: readonly Task[]): void {
    for (const task of tasks) {
      const view = this.views.get(task.jobId);
      if (view && !view.tasks.has(task.id)) view.tasks.set(task.id, task);
    }
  }

  apply(view: WorkingView, transition: Transition): void {
    if (transition.job) {
      Object.assign(view.job, transition.job);
      this.changedJobs.add(view.job);
    }
    for (const patch of transition.tasks) {
      const task = view.tasks.get(patch.id);
      if (!task) throw new Error(`task ${patch.id} of job ${view.job.id} is to be changed and is not loaded`);
      Object.assign(task, patch);
      if (!this.newTasks.has(task)) this.changedTasks.add(task);
    }
    for (const task of transition.newTasks) {
      view.tasks.set(task.id, task);
      this.newTasks.add(task);
    }
    this.messages.push(...transition.messages);
    this.events.push(...transition.events);
  }

  /** Takes over what a middleware changed on a task before its transition. */
  amend(view: WorkingView, task: Task, changed: Partial<Task>): void {
    this.apply(view, {
      outcome: 'applied',
      tasks: [{ ...changed, id: task.id }],
      newTasks: [],
      messages: [],
      events: [],
      steps: [],
    });
  }

  /** Takes over a document that a middleware rewrote. */
  rewrite(view: WorkingView, document: Partial<Job>): void {
    Object.assign(view.job, document);
    this.rewrittenJobs.add(view.job);
  }

  changes(): Changes {
    return {
      jobs: [...this.changedJobs],
      documents: [...this.rewrittenJobs],
      tasks: [...this.changedTasks],
      newTasks: [...this.newTasks],
      outbox: this.messages,
    };
  }
}
