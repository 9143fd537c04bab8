import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Broker, Subscription } from '@tork/broker';
import { isTaskQueue, privateQueueOf, shortIdOf } from '@tork/core';
import type { Heartbeat, NodeStatus } from '@tork/core';
import type { ChainWatch, Middleware, TaskContext } from '@tork/middleware';
import { CpuMeter, HealthRegistry } from '@tork/observability';
import type { Logger } from '@tork/observability';
import type { Runtime } from '@tork/runtime';
import { LeaseLostError, WorkerStoppingError } from './abort-reasons';
import { leaseWithMargin } from './config';
import type { WorkerConfig } from './config';
import { HandOuts } from './hand-outs';
import { HealthProbe } from './health-probe';
import { HealthServer } from './health-server';
import { Heartbeats } from './heartbeats';
import { HeldTasks } from './held-tasks';
import { Lease } from './lease';
import { Reporter } from './reporter';
import { RuntimeGate } from './runtime-gate';
import type { TaskRun } from './task-run';
import { waitAtMost } from './wait-at-most';

export interface WorkerOptions {
  /** Started, and closed after the worker, by its owner. */
  broker: Broker;
  /** The worker's own: started and closed with it. */
  runtime: Runtime;
  config: WorkerConfig;
  version: string;
  log: Logger;
  /** The task chain around each run, outermost first. */
  middleware?: readonly Middleware<TaskContext>[];
  /** Reports links of that chain that do not settle. */
  chainWatch?: ChainWatch;
  /** Short UUID. Default: a new one. */
  id?: string;
  /** Output and errors of tasks leave this process without their job's secrets. Default true. */
  redact?: boolean;
  /** A task that ends within this time has its start and its end reported in one. Default 10 ms; 0 never does that. */
  startPatienceMs?: number;
}

/** Nobody looks at a task sooner; a no-op and many a script are over by then. */
const START_PATIENCE_MS = 10;
/** How long a closing worker waits for what it aborts to end, and for the broker to take its last words. */
const ABORT_GRACE_MS = 7_000;
const LAST_WORDS_MS = 10_000;
/** What each step of the shutdown gets even when those before it have used up the time. */
const LEAST_WAIT_MS = 1_000;
/** Output that waits while the broker is away, in characters: of all slots together, and of one at least and at most. */
const LOG_BUFFERS = { all: 256 << 20, least: 256 << 10, most: 8 << 20 };

/**
 * Runs tasks. Takes hand-outs from its task queues, runs each through the task chain and the runtime, and reports start,
 * progress, output and outcome. Has no access to the datastore.
 */
export class Worker {
  readonly id: string;
  private readonly startedAt = new Date();
  private readonly cpu = new CpuMeter();
  private readonly held = new HeldTasks<TaskRun>();
  private readonly stopping = new AbortController();
  private readonly queues: Readonly<Record<string, number>>;
  private readonly lease: Lease;
  private readonly heartbeats: Heartbeats;
  private readonly healthServer: HealthServer;
  private readonly handOuts: HandOuts;
  private port: number | undefined;
  private taskSubscriptions: Subscription[] = [];
  private commands: Subscription | undefined;
  private starting: Promise<void> | undefined;
  private closing: Promise<void> | undefined;

  constructor(private readonly options: WorkerOptions) {
    const { broker, config, log, runtime, version } = options;
    const { signal: stopping } = this.stopping;
    this.id = options.id ?? newNodeId();
    this.queues = taskQueuesOf(config, log);
    const runtimeProbe = new HealthProbe(`runtime ${runtime.name}`, () => runtime.health());
    const health = new HealthRegistry(log);
    health.register('runtime', () => runtimeProbe.check());
    health.register('broker', () => broker.health());
    health.register('hand-outs', () => this.handOuts.health());
    this.lease = new Lease({ durationMs: leaseWithMargin(config.lease), onLapse: () => this.dropAll() });
    this.heartbeats = new Heartbeats({
      broker,
      lease: this.lease,
      runtime: runtimeProbe,
      log,
      intervalMs: config.heartbeat.interval,
      describe: (status) => this.describe(status),
    });
    this.healthServer = new HealthServer({ address: config.address, version, health, log });
    this.handOuts = new HandOuts({
      nodeId: this.id,
      broker,
      runtime,
      log,
      lease: this.lease,
      held: this.held,
      stopping,
      gate: new RuntimeGate({ health: runtimeProbe, stopping }),
      reporter: new Reporter(broker),
      middleware: options.middleware ?? [],
      chainWatch: options.chainWatch,
      defaults: config.limits,
      startPatienceMs: options.startPatienceMs ?? START_PATIENCE_MS,
      releaseAfterMs: config.release.after,
      abortGraceMs: config.abort.grace,
      logBufferChars: logBufferCharsOf(this.queues),
      redact: options.redact ?? true,
    });
  }

  /** Where `GET /health` is served, once started. */
  get healthPort(): number | undefined {
    return this.port;
  }

  /** Resolves when every slot takes tasks. When it rejects, {@link close} undoes what was done. */
  start(): Promise<void> {
    return (this.starting ??= this.startUp());
  }

  private async startUp(): Promise<void> {
    const { broker, log, runtime } = this.options;
    const { signal: stopping } = this.stopping;
    this.port = await this.healthServer.start();
    stopping.throwIfAborted();
    await runtime.start();
    stopping.throwIfAborted();
    this.commands = await broker.consumePrivate(privateQueueOf(this.id), async (delivery) =>
      this.handOuts.command(delivery),
    );
    await this.heartbeats.start(); // without a lease nothing may run
    for (const [queue, concurrency] of Object.entries(this.queues)) {
      stopping.throwIfAborted();
      const take = this.handOuts.take.bind(this.handOuts);
      this.taskSubscriptions.push(await broker.consume(queue, take, { concurrency }));
    }
    log.info({ nodeId: this.id, port: this.port, queues: this.queues }, 'worker started');
  }

  /**
   * Takes nothing more and lets running tasks end for up to `graceMs` (default `worker.shutdown.grace`); hands the rest
   * back, announces the end of the node, closes the runtime. Bounded, also without a broker. Safe to call twice, and
   * after a failed start.
   */
  close(graceMs = this.options.config.shutdown.grace): Promise<void> {
    return (this.closing ??= this.shutDown(graceMs));
  }

  private async shutDown(graceMs: number): Promise<void> {
    const { log, runtime } = this.options;
    this.stopping.abort(new WorkerStoppingError());
    const started = this.starting?.catch(() => undefined); // its caller was told
    await this.atMost(LAST_WORDS_MS, 'start', started);
    const settled = Promise.all(this.taskSubscriptions.map((subscription) => subscription.close()));
    settled.catch(() => undefined); // heard below, when the tasks had their time
    if (!(await waitAtMost(graceMs, this.held.whenIdle()))) {
      log.info({ tasks: this.held.size }, 'handing back what is still running');
      this.held.abortAll(new WorkerStoppingError(), ABORT_GRACE_MS);
    }
    const deadline = performance.now() + LAST_WORDS_MS;
    const leftMs = () => Math.max(LEAST_WAIT_MS, deadline - performance.now());
    await this.atMost(leftMs(), 'task subscriptions', settled);
    await this.atMost(leftMs(), 'private queue', this.commands?.close());
    if (this.commands) await this.atMost(leftMs(), 'last heartbeat', this.heartbeats.stop());
    this.lease.close();
    await this.atMost(LAST_WORDS_MS, 'runtime', runtime.close());
    await this.healthServer.close();
    log.info({ nodeId: this.id }, 'worker stopped');
  }

  /** A step of the shutdown. Whatever happens, the next one follows. */
  private async atMost(limitMs: number, what: string, step: Promise<unknown> = Promise.resolve()): Promise<void> {
    try {
      if (await waitAtMost(limitMs, step)) return;
      this.options.log.error({ waitedMs: Math.round(limitMs) }, `shutdown goes on without the ${what}`);
    } catch (err) {
      this.options.log.error({ err }, `shutdown of the ${what} failed`);
    }
  }

  private dropAll(): void {
    this.options.log.warn({ tasks: this.held.size }, 'no heartbeat was confirmed in time: dropping what runs here');
    this.held.abortAll(new LeaseLostError());
  }

  private describe(status: NodeStatus): Heartbeat {
    const held = this.held.ids();
    return {
      id: this.id,
      name: this.options.config.name,
      startedAt: this.startedAt,
      lastHeartbeatAt: new Date(),
      cpuPercent: this.cpu.read(),
      queue: privateQueueOf(this.id),
      status,
      hostname: hostname(),
      port: this.port,
      taskCount: held.length,
      version: this.options.version,
      held,
    };
  }
}

const newNodeId = (): string => shortIdOf(Buffer.from(randomUUID().replaceAll('-', ''), 'hex'));

/** The queues that are consumed, with their slots. */
function taskQueuesOf(config: WorkerConfig, log: Logger): Record<string, number> {
  const served = Object.entries(config.queues).filter(([queue, slots]) => {
    if (!isTaskQueue(queue)) log.warn({ queue }, 'worker.queues names a queue that carries no tasks; it is ignored');
    return isTaskQueue(queue) && slots > 0;
  });
  return Object.fromEntries(served);
}

function logBufferCharsOf(queues: Readonly<Record<string, number>>): number {
  const slots = Object.values(queues).reduce((sum, n) => sum + n, 0);
  return Math.min(LOG_BUFFERS.most, Math.max(LOG_BUFFERS.least, Math.floor(LOG_BUFFERS.all / Math.max(1, slots))));
}
