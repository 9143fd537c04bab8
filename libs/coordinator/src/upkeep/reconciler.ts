import type { CoordinatorQueue, OutgoingMessage, TaskRedelivered } from '@tork/core';
import type { Broker } from '@tork/broker';
import type { Datastore, TaskRef } from '@tork/datastore';
import type { CoordinatorLog } from '../log';

export interface ReconcilerOptions {
  datastore: Pick<
    Datastore,
    'forgottenJobs' | 'forgottenTasks' | 'waitingQueues' | 'waitingTasks' | 'abandonedTasks' | 'droppedTasks'
  >;
  broker: Pick<Broker, 'publish' | 'queue'>;
  log: CoordinatorLog;
  /** A node that sends no heartbeat for longer has lost its tasks. Default 20 s. */
  leaseMs: number;
  /** How long a message may be on its way before its absence counts. Default 15 s. */
  graceMs?: number;
  now?: () => Date;
}

/** Rows of a kind per sweep; the next sweep goes on. */
const LIMIT = 1_000;

/** While one of these holds messages, what they will say about a row is not known yet. */
const REPORT_QUEUES = ['started', 'completed', 'error', 'redeliveries'] as const satisfies CoordinatorQueue[];

/**
 * Looks for rows whose next message is gone for good: the broker was wiped, a node died, an answer got lost. Sends the
 * message again. It changes no row itself: it publishes what the state machine then checks against the row, so a sweep that is wrong or
 * runs twice does no harm, and whatever gets lost here the next sweep finds again.
 */
export class Reconciler {
  constructor(private readonly options: ReconcilerOptions) {}

  /** One sweep. Returns how many messages were sent again. */
  sweep(): Promise<number> {
    return this.look({ graceMs: this.options.graceMs ?? 15_000, leaseMs: this.options.leaseMs });
  }

  /**
   * A sweep that gives nobody the benefit of the doubt: right when this process is the only one there can be and its
   * broker is new, so that every message and every node the rows speak of is gone for certain.
   */
  sweepAfterRestart(): Promise<number> {
    return this.look({ graceMs: 0, leaseMs: 0 });
  }

  private async look({ graceMs, leaseMs }: { graceMs: number; leaseMs: number }): Promise<number> {
    const now = (this.options.now?.() ?? new Date()).getTime();
    const before = new Date(now - graceMs);
    const messages = [
      ...(await this.jobs(before)),
      ...(await this.pendingTasks(before)),
      ...(await this.tasksOfDeadNodes(new Date(now - leaseMs))),
      ...(await this.tasksWithoutMessage(before)),
    ];
    if (messages.length > 0) await this.options.broker.publish(messages);
    return messages.length;
  }

  /** Jobs that nobody has started although no command for them is waiting. */
  private async jobs(before: Date): Promise<OutgoingMessage[]> {
    const ids = await this.options.datastore.forgottenJobs(before, LIMIT);
    if (ids.length === 0 || !(await this.isEmpty('jobs'))) return [];
    this.options.log.warn({ jobs: ids.length }, 'jobs whose start was lost');
    return ids.map((jobId) => ({ queue: 'jobs', body: { type: 'start', jobId } }));
  }

  /** Tasks that are due and were not handed out. */
  private async pendingTasks(before: Date): Promise<OutgoingMessage[]> {
    const tasks = await this.options.datastore.forgottenTasks(before, LIMIT);
    if (tasks.length === 0 || !(await this.isEmpty('pending'))) return [];
    this.options.log.warn({ tasks: tasks.length }, 'tasks whose hand-out was lost');
    return tasks.map(({ jobId, taskId }) => ({ queue: 'pending', body: { type: 'pending', jobId, taskId } }));
  }

  /** Tasks whose node has let its lease run out. */
  private async tasksOfDeadNodes(heartbeatBefore: Date): Promise<OutgoingMessage[]> {
    const tasks = await this.options.datastore.abandonedTasks(heartbeatBefore, LIMIT);
    if (tasks.length === 0 || (await this.hasReports())) return [];
    this.options.log.warn({ tasks: tasks.length }, 'tasks of nodes whose lease ended');
    return tasks.map(lost);
  }

  /**
   * Tasks that wait in a queue which is empty, and tasks that run nowhere although their node is alive: their message or
   * its answer is gone. A queue that holds messages is left alone: the task may well be among them.
   */
  private async tasksWithoutMessage(before: Date): Promise<OutgoingMessage[]> {
    const { datastore } = this.options;
    const queues = await datastore.waitingQueues(before);
    const empty: string[] = [];
    for (const queue of queues) if (await this.isEmpty(queue)) empty.push(queue);
    const waiting = empty.length > 0 ? await datastore.waitingTasks(empty, before, LIMIT) : [];
    const tasks = [...waiting, ...(await datastore.droppedTasks(before, LIMIT))];
    if (tasks.length === 0 || (await this.hasReports())) return [];
    this.options.log.warn({ tasks: tasks.length }, 'tasks whose message or answer was lost');
    return tasks.map(lost);
  }

  private async hasReports(): Promise<boolean> {
    for (const queue of REPORT_QUEUES) if (!(await this.isEmpty(queue))) return true;
    return false;
  }

  private async isEmpty(queue: string): Promise<boolean> {
    return ((await this.options.broker.queue(queue))?.size ?? 0) === 0;
  }
}

const lost = ({ jobId, taskId, attempt }: TaskRef): OutgoingMessage => {
  const body: TaskRedelivered = { type: 'redelivered', jobId, taskId, attempt, reason: 'lost' };
  return { queue: 'redeliveries', body };
};
