import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Heartbeat, JobEvent, MeteredExpressions, NodeStatus } from '@tork/core';
import { shortIdOf } from '@tork/core';
import type { Broker, Subscription } from '@tork/broker';
import type { Datastore, OutboxRow } from '@tork/datastore';
import type { Middleware, NodeContext, Redactor } from '@tork/middleware';
import { CpuMeter } from '@tork/observability';
import type { Outbox } from '@tork/outbox';
import { OutboxRelay } from '@tork/outbox';
import type { CoordinatorConfig } from './config';
import { consumersOf } from './config';
import { EVENT_QUEUES } from './events/decode';
import { EventBatch } from './events/event-batch';
import type { Chains } from './events/event-handler';
import { HeartbeatIntake } from './intake/heartbeat-intake';
import { LogIntake } from './intake/log-intake';
import type { CoordinatorLog } from './log';
import { Periodic } from './upkeep/periodic';
import { Reconciler } from './upkeep/reconciler';
import { Retention } from './upkeep/retention';
import { WebhookSender } from './webhooks/sender';
import { Targets } from './webhooks/targets';
import { WebhookTransport } from './webhooks/transport';

export interface CoordinatorOptions {
  version: string;
  config: CoordinatorConfig;
  /** How long log parts and ended jobs are kept, in milliseconds. */
  retention: { logsMs: number; jobsMs: number };
  broker: Broker;
  datastore: Datastore;
  outbox: Outbox;
  /** Called for each batch of events. */
  createExpressions(): MeteredExpressions;
  /**
   * No other process shares the datastore, and the broker begins empty with this one: what an earlier process left is
   * taken up at once instead of after its leases.
   */
  alone: boolean;
  /** The broker ends with this process: whatever waits in its queues is handled before, or nobody ever will. */
  ownBroker: boolean;
  chains: Chains & { readonly node: readonly Middleware<NodeContext>[] };
  /** Takes secrets out of the bodies of webhooks; without it they are shown. */
  redactor?: Redactor;
  log: CoordinatorLog;
}

/** How often forgotten outbox rows are looked for; rows younger than five seconds are left to their writer. */
const RELAY_INTERVAL_MS = 2_000;
/** How often webhook calls are looked for that another process has left; whoever commits one makes it at once. */
const WEBHOOKS_INTERVAL_MS = 3_000;
/** After a failed round, and at least this long after the start: coordinators that start together do not clean up together. */
const RETENTION_MS = 60_000;
/** After a failed transaction, e.g. while the datastore restarts, the messages come back no sooner than this. */
const DATASTORE_PAUSE_MS = 500;
/** Between two looks whether the queues are empty, at the end of a process that has its own broker. */
const DRAIN_LOOK_MS = 10;
/** What each step of the shutdown gets: a broker that is away, or a middleware that hangs, must not keep the process. */
const CLOSE_STEP_MS = 3_000;

/**
 * Owns the state of every job: consumes the coordinator queues, sweeps for what got lost, forgets what is past its
 * retention. Any number of them work side by side; none leads.
 */
export class Coordinator {
  /** Short UUID of this process as a node. */
  readonly id = shortIdOf(Buffer.from(randomUUID().replaceAll('-', ''), 'hex'));
  private readonly startedAt = new Date();
  private readonly cpu = new CpuMeter();
  private readonly periodic: Periodic[];
  private readonly reconciler: Reconciler;
  private readonly events: EventBatch;
  private readonly logs: LogIntake;
  private readonly heartbeats: HeartbeatIntake;
  private readonly webhooks: WebhookSender;
  private readonly subscriptions: Subscription[] = [];
  private closing: Promise<void> | undefined;

  constructor(private readonly options: CoordinatorOptions) {
    const { broker, config, datastore, log, retention } = options;
    this.events = new EventBatch({
      datastore,
      committed: (rows, events, deliveries) => this.committed(rows, events, deliveries),
      webhooks: { redactor: options.redactor, maxBodyBytes: config.webhooks.body.limit },
      chains: options.chains,
      createExpressions: options.createExpressions,
      maxRedeliveries: config.redelivery.limit,
      log,
    });
    this.logs = new LogIntake(datastore);
    this.heartbeats = new HeartbeatIntake({
      datastore,
      broker,
      chain: options.chains.node,
      watch: options.chains.watch,
      log,
    });
    this.webhooks = this.makeSender();
    const relay = new OutboxRelay({ datastore, broker, log });
    const reconciler = (this.reconciler = new Reconciler({ datastore, broker, log, leaseMs: config.lease }));
    const cleaner = new Retention({ datastore, log, ...retention });
    this.periodic = [
      new Periodic('outbox relay', async (signal) => void (await relay.sweep(signal)), {
        intervalMs: RELAY_INTERVAL_MS,
        log,
      }),
      new Periodic('reconciler', async () => void (await reconciler.sweep()), {
        intervalMs: config.sweep.interval,
        log,
      }),
      new Periodic('webhooks', () => this.webhooks.sweep(), { intervalMs: WEBHOOKS_INTERVAL_MS, firstAfterMs: 0, log }),
      new Periodic('retention', (signal) => cleaner.run(signal), {
        intervalMs: RETENTION_MS,
        firstAfterMs: RETENTION_MS * (1 + Math.random()),
        log,
      }),
      new Periodic('heartbeat', () => this.heartbeat('UP'), {
        intervalMs: config.heartbeat.interval,
        firstAfterMs: 0,
        log,
      }),
    ];
  }

  /** Resolves when every queue has its consumers. */
  async start(): Promise<void> {
    const { alone, broker, config, datastore } = this.options;
    if (alone) await Promise.all([this.reconciler.sweepAfterRestart(), datastore.releaseDeliveries()]);
    const consumers = consumersOf(config);
    const options = { maxSize: config.batch.size, consumers };
    const events = await broker.consumeBatches(
      EVENT_QUEUES,
      (batch) => this.patiently(this.events.handle(batch)),
      options,
    );
    this.subscriptions.push(events);
    this.subscriptions.push(
      await broker.consumeBatches(['logs'], (batch) => this.patiently(this.logs.handle(batch)), options),
    );
    this.subscriptions.push(
      await broker.consumeBatches(['heartbeat'], (batch) => this.patiently(this.heartbeats.handle(batch)), options),
    );
    for (const work of this.periodic) work.start();
  }

  /**
   * Takes nothing more and waits for what is under way; bounded, also without a broker or a datastore. Safe to call
   * twice, and after a failed `start`.
   */
  close(): Promise<void> {
    return (this.closing ??= this.shutDown());
  }

  private async shutDown(): Promise<void> {
    const upkeep = Promise.all(this.periodic.map((work) => work.stop()));
    if (this.subscriptions.length > 0) {
      await this.atMost('last heartbeat', this.heartbeat('DOWN'));
      if (this.options.ownBroker) await this.atMost('messages that still wait', this.drained());
    }
    const subscriptions = Promise.all(this.subscriptions.map((subscription) => subscription.close()));
    await this.atMost('work under way', Promise.all([upkeep, subscriptions, this.webhooks.close()]));
  }

  /** Resolves when nothing waits or is being handled in any queue of ours. */
  private async drained(): Promise<void> {
    const deadline = performance.now() + CLOSE_STEP_MS;
    const queues = [...EVENT_QUEUES, 'logs', 'heartbeat'];
    const left = async () =>
      (await Promise.all(queues.map((name) => this.options.broker.queue(name)))).some(
        (queue) => queue && queue.size + queue.unacked > 0,
      );
    while ((await left()) && performance.now() < deadline) await sleep(DRAIN_LOOK_MS);
  }

  /** A step of the shutdown. Whatever becomes of it, the next one follows. */
  private async atMost(what: string, step: Promise<unknown>): Promise<void> {
    const { log } = this.options;
    const ended = new AbortController();
    const late = sleep(CLOSE_STEP_MS, 'late', { signal: ended.signal }).catch(() => undefined);
    try {
      if ((await Promise.race([step, late])) === 'late') log.warn({}, `shutdown goes on without the ${what}`);
    } catch (err) {
      log.warn({ err }, `shutdown of the ${what} failed`);
    } finally {
      ended.abort();
    }
  }

  private makeSender(): WebhookSender {
    const { config, datastore, log, version } = this.options;
    const { concurrency, secret, timeout: timeoutMs } = config.webhooks;
    const targets = new Targets(config.webhooks);
    const transport = new WebhookTransport({ targets, timeoutMs, secret, version });
    return new WebhookSender({ datastore, transport, timeoutMs, concurrency, log });
  }

  private committed(rows: readonly OutboxRow[], events: readonly JobEvent[], deliveries: number): void {
    this.options.outbox.publish(rows);
    if (deliveries > 0) this.webhooks.wake();
    for (const event of events) {
      // A hint: whoever waits for the job reads it again in any case.
      this.options.broker
        .publishEvent(event.topic, event)
        .catch((err: unknown) => this.options.log.debug({ err, topic: event.topic }, 'event not published'));
    }
  }

  /** Slows down what fails, so that messages which come straight back do not spin. */
  private async patiently<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (err) {
      this.options.log.warn({ err }, 'batch put back');
      await sleep(DATASTORE_PAUSE_MS);
      throw err;
    }
  }

  private async heartbeat(status: NodeStatus): Promise<void> {
    const { broker, config, version } = this.options;
    const body: Heartbeat = {
      id: this.id,
      name: config.name,
      startedAt: this.startedAt,
      lastHeartbeatAt: new Date(),
      cpuPercent: this.cpu.read(),
      status,
      hostname: hostname(),
      version,
    };
    await broker.publish([{ queue: 'heartbeat', body }]);
  }
}
