import type { CoordinatorQueue, OutgoingMessage, TaskRedelivered } from '@tork/core';
import type { Broker } from '@tork/broker';
import type { Datastore, TaskRef } from '@tork/datastore';
import type { CoordinatorLog } from '../log';
import { QueueSizes } from './queue-sizes';
import { Suspects } from './suspects';

export interface ReconcilerOptions {
  datastore: Pick<
    Datastore,
    | 'abandonedTasks'
    | 'droppedTasks'
    | 'forgottenJobs'
    | 'forgottenTasks'
    | 'nodes'
    | 'overtakenTasks'
    | 'waitingQueues'
    | 'waitingTasks'
  >;
  broker: Pick<Broker, 'publish' | 'queue' | 'queues'>;
  log: CoordinatorLog;
  /** A node that sends no heartbeat for longer has lost its tasks. */
  leaseMs: number;
  now?: () => Date;
}

/** What a look finds lost, and the message that makes up for it. */
interface Finding {
  /** Names the row and what is known of it; found again under the same key, nothing has changed. */
  key: string;
  message: OutgoingMessage;
}

/** The moment of a sweep, and what follows from it. */
interface Look {
  now: Date;
  /** What has been waiting for its message since before. */
  before: Date;
  /** Rows of a kind; the next look goes on. */
  limit: number;
  sizes: QueueSizes;
}

/** How long a message may be on its way before its absence counts. */
const GRACE_MS = 15_000;
const LIMIT = 1_000;
/** Room for rows that no message moves, so that they do not hide others for ever. */
const LONGEST_LIMIT = 10_000;
/** At the start of a process that is alone everything is taken up at once. */
const ALL = 1_000_000;
/** For rows that stay where they are whatever is sent, e.g. because a middleware lets nothing pass. */
const PAUSES = { pauseMs: 15_000, longestPauseMs: 10 * 60_000, forgetAfterMs: 60_000 };
const DAY_MS = 24 * 60 * 60_000;

/** While one of these holds messages, what they will say about a row is not known yet. */
const REPORTS = ['started', 'completed', 'error', 'redeliveries'] as const satisfies CoordinatorQueue[];

/**
 * Looks for rows whose next message is gone for good: the broker was wiped, a node died, an answer got lost. Sends the
 * message again. It changes no row itself: it publishes what the state machine then checks against the row, so a sweep
 * that is wrong or runs twice, in several coordinators at once, does no harm, and whatever gets lost here is found again.
 */
export class Reconciler {
  private readonly suspects = new Suspects(PAUSES);
  /** Since when heartbeats have been arriving without a gap: until that is long enough, silence proves nothing. */
  private heartbeatsSince: Date | undefined;

  constructor(private readonly options: ReconcilerOptions) {}

  /** One sweep. Returns how many messages were sent again. Rejects while datastore or broker cannot be asked. */
  async sweep(): Promise<number> {
    const { broker, leaseMs } = this.options;
    const now = this.now();
    const limit = Math.min(LONGEST_LIMIT, LIMIT + this.suspects.stubborn);
    const look: Look = { now, before: new Date(now.getTime() - GRACE_MS), limit, sizes: new QueueSizes(broker) };
    // A worker that holds a task whose start nobody has heard of says so with its next heartbeat.
    const settleMs = (leaseMs * 3) / 8;
    const heartbeatsFlow = await this.heartbeatsFlow(now);
    const kinds = [
      { what: 'jobs whose start was lost', found: await this.jobs(look) },
      { what: 'tasks whose hand-out was lost', found: await this.pendingTasks(look) },
      { what: 'tasks of nodes whose lease ended', found: heartbeatsFlow ? await this.tasksOfDeadNodes(look) : [] },
      { what: 'tasks whose message was lost', found: await this.missingTasks(look), settleMs },
      { what: 'tasks whose answer was lost', found: await this.droppedTasks(look), settleMs },
    ];
    const due = kinds.map(({ found, settleMs = 0, what }) => ({
      what,
      found: found.filter(({ key }) => this.suspects.isDue(key, now.getTime(), settleMs)),
    }));
    this.suspects.forget(now.getTime());
    for (const { found, what } of due) if (found.length > 0) this.options.log.warn({ count: found.length }, what);
    return this.send(due.flatMap(({ found }) => found));
  }

  /**
   * Takes up all that is under way, without giving anybody the benefit of the doubt: right when this process is the
   * only one there can be and its broker is new, so that every message and every node the rows speak of is gone for
   * certain. Nothing has been tried in vain, so tasks that had not started have not used up a try.
   */
  async sweepAfterRestart(): Promise<number> {
    const { datastore } = this.options;
    const tomorrow = new Date(this.now().getTime() + DAY_MS); // the clock may have been set back
    const [jobs, pending, queues, running] = await Promise.all([
      datastore.forgottenJobs(tomorrow, ALL),
      datastore.forgottenTasks(tomorrow, ALL),
      datastore.waitingQueues(tomorrow),
      datastore.abandonedTasks(tomorrow, ALL),
    ]);
    const waiting = await datastore.waitingTasks(queues, tomorrow, ALL);
    return this.send([
      ...jobs.map(startAgain),
      ...pending.map(askAgain),
      ...waiting.map((task) => handOutAgain(task, 'returned')),
      ...running.map((task) => handOutAgain(task, 'lost')),
    ]);
  }

  /** Jobs that nobody has started although no command for them is waiting. */
  private async jobs({ before, limit, sizes }: Look): Promise<Finding[]> {
    const ids = await this.options.datastore.forgottenJobs(before, limit);
    return ids.length > 0 && (await sizes.areEmpty(['jobs'])) ? ids.map(startAgain) : [];
  }

  /** Tasks that are due and were not handed out. */
  private async pendingTasks({ before, limit, sizes }: Look): Promise<Finding[]> {
    const tasks = await this.options.datastore.forgottenTasks(before, limit);
    return tasks.length > 0 && (await sizes.areEmpty(['pending'])) ? tasks.map(askAgain) : [];
  }

  /** Tasks whose node has let its lease run out. */
  private async tasksOfDeadNodes({ limit, now, sizes }: Look): Promise<Finding[]> {
    const { datastore, leaseMs } = this.options;
    const tasks = await datastore.abandonedTasks(new Date(now.getTime() - leaseMs), limit);
    const isCertain = tasks.length > 0 && (await sizes.areEmpty(['heartbeat', ...REPORTS]));
    return isCertain ? tasks.map((task) => handOutAgain(task, 'lost')) : [];
  }

  /**
   * Tasks that wait in a queue which is empty, or in one that has moved on past them. A queue that holds messages is
   * otherwise left alone: the task may well be among them.
   */
  private async missingTasks({ before, limit, sizes }: Look): Promise<Finding[]> {
    const { datastore } = this.options;
    const empty: string[] = [];
    const busy: string[] = [];
    for (const queue of await datastore.waitingQueues(before))
      ((await sizes.areEmpty([queue])) ? empty : busy).push(queue);
    const tasks = [
      ...(empty.length > 0 ? await datastore.waitingTasks(empty, before, limit) : []),
      ...(busy.length > 0 ? await datastore.overtakenTasks(busy, before, GRACE_MS, limit) : []),
    ];
    return tasks.length > 0 && (await sizes.areEmpty(REPORTS))
      ? tasks.map((task) => handOutAgain(task, 'missing'))
      : [];
  }

  /** Tasks that run nowhere although their node is alive: their answer is gone. */
  private async droppedTasks({ before, limit, sizes }: Look): Promise<Finding[]> {
    const tasks = await this.options.datastore.droppedTasks(before, GRACE_MS, limit);
    return tasks.length > 0 && (await sizes.areEmpty(REPORTS)) ? tasks.map((task) => handOutAgain(task, 'lost')) : [];
  }

  /**
   * Whether heartbeats have been stored for a whole lease. After the datastore, the broker or all coordinators were
   * away, every node looks dead until it has had time to say that it is not.
   */
  private async heartbeatsFlow(now: Date): Promise<boolean> {
    const { datastore, leaseMs } = this.options;
    const recent = new Date(now.getTime() - leaseMs / 2);
    const flows = await datastore.nodes(recent).then(
      (nodes) => nodes.length > 0,
      (cause: unknown) => {
        this.heartbeatsSince = undefined;
        throw cause;
      },
    );
    if (!flows) this.heartbeatsSince = undefined;
    else this.heartbeatsSince ??= now;
    return this.heartbeatsSince !== undefined && now.getTime() - this.heartbeatsSince.getTime() >= leaseMs;
  }

  private async send(findings: readonly Finding[]): Promise<number> {
    if (findings.length > 0) await this.options.broker.publish(findings.map(({ message }) => message));
    return findings.length;
  }

  private now(): Date {
    return this.options.now?.() ?? new Date();
  }
}

const startAgain = (jobId: string): Finding => ({
  key: `job ${jobId}`,
  message: { queue: 'jobs', body: { type: 'start', jobId } },
});

const askAgain = ({ jobId, taskId }: TaskRef): Finding => ({
  key: `pending ${taskId}`,
  message: { queue: 'pending', body: { type: 'pending', jobId, taskId } },
});

function handOutAgain(task: TaskRef, reason: TaskRedelivered['reason']): Finding {
  const { attempt, jobId, nodeId, taskId } = task;
  const body: TaskRedelivered = { type: 'redelivered', jobId, taskId, attempt, reason, ...(nodeId && { nodeId }) };
  return { key: `${reason} ${taskId} ${attempt}`, message: { queue: 'redeliveries', body } };
}
