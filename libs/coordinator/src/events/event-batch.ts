import { randomUUID } from 'node:crypto';
import type { JobEvent, MeteredExpressions, WebhookContext } from '@tork/core';
import type { Delivery, Verdict } from '@tork/broker';
import type { Datastore, OutboxRow, Transaction } from '@tork/datastore';
import { DatastoreUnavailableError } from '@tork/datastore';
import type { CoordinatorLog } from '../log';
import { isolateDecoded } from '../isolate';
import { decodeEvent } from './decode';
import type { Chains, CoordinatorEvent, EventContext } from './event-handler';
import { EventHandler, isTaskEvent } from './event-handler';
import { WebhookRecorder } from '../webhooks/recorder';
import type { WorkingView } from './job-views';
import { JobViews } from './job-views';

export interface EventBatchOptions {
  datastore: Pick<Datastore, 'health' | 'transaction'>;
  /** Told what was committed: rows to publish, hints for those who wait for a job, how many webhooks are to be called. */
  committed(rows: readonly OutboxRow[], events: readonly JobEvent[], deliveries: number): void;
  chains: Chains;
  /** Called for each batch. */
  createExpressions(): MeteredExpressions;
  maxRedeliveries: number;
  webhooks: Pick<WebhookContext, 'maxBodyBytes' | 'redactor'>;
  log: CoordinatorLog;
  now?: () => Date;
}

/** How long a message is put off that the datastore does not take at the moment. */
const POSTPONE_MS = 30_000;

interface QueuedEvent {
  queue: string;
  event: CoordinatorEvent;
}

/** Events that may end the job's other tasks: these are loaded with the batch instead of one job at a time. */
const MAY_END_JOB: ReadonlySet<CoordinatorEvent['type']> = new Set(['failed', 'cancel', 'redelivered']);

/**
 * Handles whatever has arrived in the event queues as one transaction: locks the jobs, applies the events in order,
 * writes all changes and outgoing messages, commits. Knows no states; those are the machine's.
 */
export class EventBatch {
  constructor(private readonly options: EventBatchOptions) {}

  /**
   * A verdict for each delivery. If the datastore is away all rejects, and everything is handed out again. The job of
   * a message that cannot be handled fails; one that the datastore does not take for now comes again later.
   */
  handle(batch: readonly Delivery[]): Promise<Verdict[]> {
    return isolateDecoded(
      batch.map((delivery) => {
        const event = decodeEvent(delivery);
        return 'invalid' in event ? event : { body: { queue: delivery.queue, event } };
      }),
      {
        handle: (items) => this.apply(items.map(({ event }) => event)),
        setAside: ({ event }, cause) => this.failJob(event, cause),
        postpone: (item, cause) => this.postpone(item, cause),
        isUp: () =>
          this.options.datastore.health().then(
            () => true,
            () => false,
          ),
      },
    );
  }

  /** The event waits in the outbox for a while, from where it comes again, be it to another coordinator. */
  private async postpone({ queue, event }: QueuedEvent, cause: unknown): Promise<void> {
    const { committed, datastore, log } = this.options;
    log.warn({ err: cause, type: event.type, jobId: event.jobId }, 'message put off: the datastore does not take it');
    const notBefore = new Date(this.now().getTime() + POSTPONE_MS);
    const rows = await datastore.transaction((tx) => tx.write({ outbox: [{ queue, body: event, notBefore }] }));
    committed(rows, [], 0);
  }

  /** A job whose event cannot be handled would wait for ever; it fails, without the details that are not its user's. */
  private async failJob(event: CoordinatorEvent, cause: unknown): Promise<void> {
    this.options.log.error({ err: cause, type: event.type, jobId: event.jobId }, 'message cannot be handled');
    const error = `internal error: '${event.type}' could not be handled (${cause instanceof Error ? cause.name : typeof cause})`;
    try {
      await this.change([event.jobId], async (views, handler) => {
        const view = views.of(event.jobId);
        if (view) await handler.fail(view, error);
      });
    } catch (err) {
      if (err instanceof DatastoreUnavailableError) throw err;
      this.options.log.error({ err, jobId: event.jobId }, 'job cannot be failed either');
    }
  }

  private async apply(events: readonly CoordinatorEvent[]): Promise<void> {
    const jobIds = [...new Set(events.map(({ jobId }) => jobId))];
    await this.change(jobIds, async (views, handler, tx) => {
      await this.loadTasks(tx, views, events);
      for (const event of inTurn(events)) {
        const view = views.of(event.jobId);
        if (view) await handler.handle(view, event);
      }
    });
  }

  /** One transaction: locks jobs, lets `work` change them, writes what changed with its messages, commits, publishes. */
  private async change(
    jobIds: readonly string[],
    work: (views: JobViews, handler: EventHandler, tx: Transaction) => Promise<void>,
  ): Promise<void> {
    const { chains, committed, datastore, log } = this.options;
    const { calls, hints, rows } = await datastore.transaction(async (tx) => {
      const views = new JobViews(await tx.lockJobs(jobIds));
      const load = (view: WorkingView) => loadActiveTasks(tx, views, [view]);
      const context = this.context();
      const webhooks = new WebhookRecorder({ ...context, ...this.options.webhooks }, log);
      await work(views, new EventHandler(views, context, chains, load, webhooks, log), tx);
      const { deliveries } = webhooks;
      const rows = await tx.write({ ...views.changes(), deliveries });
      return { rows, hints: views.events, calls: deliveries.length };
    });
    committed(rows, hints, calls);
  }

  private async loadTasks(tx: Transaction, views: JobViews, events: readonly CoordinatorEvent[]): Promise<void> {
    const ids = new Set<string>();
    const ending = new Set<WorkingView>();
    for (const event of events) {
      const view = views.of(event.jobId);
      if (!view) continue;
      if (isTaskEvent(event)) ids.add(event.taskId);
      if (MAY_END_JOB.has(event.type)) ending.add(view);
    }
    if (ids.size > 0) views.add(await tx.tasks([...ids]));
    if (ending.size > 0) await loadActiveTasks(tx, views, [...ending]);
  }

  private now(): Date {
    return this.options.now?.() ?? new Date();
  }

  private context(): EventContext {
    return {
      now: this.now(),
      newId: () => randomUUID().replaceAll('-', ''),
      expressions: this.options.createExpressions(),
      maxRedeliveries: this.options.maxRedeliveries,
    };
  }
}

/** As they came, but what nodes report first: a hand-out that has ended after all need not be repeated. */
const inTurn = (events: readonly CoordinatorEvent[]): CoordinatorEvent[] => [
  ...events.filter(({ type }) => type !== 'redelivered'),
  ...events.filter(({ type }) => type === 'redelivered'),
];

async function loadActiveTasks(tx: Transaction, views: JobViews, wanted: readonly WorkingView[]): Promise<void> {
  const missing = wanted.filter((view) => !view.hasActiveTasks);
  if (missing.length === 0) return;
  views.add(await tx.activeTasks(missing.map((view) => view.job.id)));
  for (const view of missing) view.hasActiveTasks = true;
}
