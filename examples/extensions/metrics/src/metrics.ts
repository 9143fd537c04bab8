import type { JobContext, Middleware, NodeContext, TaskContext, WebContext } from '@tork/engine';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const ENDED_JOB = ['COMPLETED', 'FAILED', 'CANCELLED'];
const ENDED_TASK = ['COMPLETED', 'FAILED', 'SKIPPED'];

/**
 * What this process has seen. Several coordinators each count what they handle: let Prometheus ask all of them, and add
 * up. Labels have few values: a job's or a task's id would be a series of its own for each.
 */
export class Metrics {
  private readonly registry = new Registry();
  private readonly registers = [this.registry];

  private readonly requests = new Histogram({
    name: 'tork_http_request_seconds',
    help: 'Time from a request to its answer.',
    labelNames: ['method', 'route', 'status'],
    registers: this.registers,
  });
  private readonly jobs = new Counter({
    name: 'tork_job_states_total',
    help: 'Jobs that came into a state.',
    labelNames: ['state'],
    registers: this.registers,
  });
  private readonly jobTimes = new Histogram({
    name: 'tork_job_seconds',
    help: 'Time from the submission of a job to its end.',
    labelNames: ['state'],
    buckets: [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600],
    registers: this.registers,
  });
  private readonly tasks = new Counter({
    name: 'tork_task_ends_total',
    help: 'Tasks that ended; one that is tried again counts each time.',
    labelNames: ['queue', 'state'],
    registers: this.registers,
  });
  private readonly taskTimes = new Histogram({
    name: 'tork_task_seconds',
    help: 'Time from the start of a task to its end.',
    labelNames: ['queue', 'state'],
    buckets: [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600],
    registers: this.registers,
  });
  private readonly heartbeats = new Counter({
    name: 'tork_node_heartbeats_total',
    help: 'Heartbeats of workers and coordinators.',
    labelNames: ['node', 'hostname'],
    registers: this.registers,
  });
  private readonly running = new Gauge({
    name: 'tork_node_tasks',
    help: 'Tasks that a node ran at its last heartbeat.',
    labelNames: ['node', 'hostname'],
    registers: this.registers,
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  readonly web: Middleware<WebContext> = async ({ request, response }, next) => {
    const stop = this.requests.startTimer();
    try {
      await next();
    } finally {
      // The pattern of the route, not the path: there are as many paths as jobs.
      const route = request.routeOptions.url ?? 'none';
      stop({ method: request.method, route, status: response.statusCode });
    }
  };

  readonly job: Middleware<JobContext> = async ({ event, job }, next) => {
    await next();
    // Only now: a job whose output cannot be made was to be COMPLETED, and is FAILED.
    if (event !== 'STATE_CHANGE') return;
    this.jobs.inc({ state: job.state });
    if (ENDED_JOB.includes(job.state)) this.jobTimes.observe({ state: job.state }, secondsSince(job.createdAt));
  };

  readonly task: Middleware<TaskContext> = async ({ event, task }, next) => {
    // In the worker the chain is around the whole run: what was RUNNING has ended behind it. The coordinator is told of
    // that end too, and where both are one process, it must not count twice.
    const hasEnded = event === 'STATE_CHANGE' && ENDED_TASK.includes(task.state);
    await next();
    if (!hasEnded) return;
    const labels = { queue: task.queue ?? 'default', state: task.state };
    this.tasks.inc(labels);
    if (task.startedAt) this.taskTimes.observe(labels, secondsSince(task.startedAt));
  };

  readonly node: Middleware<NodeContext> = async ({ node }, next) => {
    await next();
    const labels = { node: node.name, hostname: node.hostname };
    this.heartbeats.inc(labels);
    this.running.set(labels, node.taskCount ?? 0);
  };

  /** `GET /metrics/prometheus` */
  readonly show = async (context: WebContext): Promise<void> => {
    context.string(200, await this.registry.metrics());
    context.response.header('content-type', this.registry.contentType);
  };
}

const secondsSince = (date: Date): number => (Date.now() - date.getTime()) / 1_000;
