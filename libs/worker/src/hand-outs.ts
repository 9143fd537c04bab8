import { isSealed } from '@tork/broker';
import type { Broker, Delivery, HeldDelivery } from '@tork/broker';
import { DEAD_LETTER_QUEUE } from '@tork/core';
import type { NodeCommand, RunnableTask, TaskRedelivered } from '@tork/core';
import { RuntimeUnavailableError } from '@tork/runtime';
import { TaskCancelledError } from './abort-reasons';
import type { HeldTasks } from './held-tasks';
import type { Lease } from './lease';
import type { Outcome } from './outcome';
import type { RuntimeGate } from './runtime-gate';
import { TaskRun } from './task-run';
import type { RunEnvironment } from './task-run';

export interface HandOutsOptions extends RunEnvironment {
  broker: Pick<Broker, 'publish'>;
  lease: Pick<Lease, 'check' | 'whenValid'>;
  gate: RuntimeGate;
  held: HeldTasks<TaskRun>;
  /** Aborts when the worker is told to stop. */
  stopping: AbortSignal;
}

/** Decides what becomes of each delivery of a task queue, and runs those that are this node's to run. */
export class HandOuts {
  /** A hand-out came that no key of this worker opens. */
  private isLocked = false;

  constructor(private readonly options: HandOutsOptions) {}

  /** Rejects with what is wrong with the configuration, as far as hand-outs have shown. */
  async health(): Promise<void> {
    if (this.isLocked) throw new Error(LOCKED);
  }

  /** The handler of the task queues: the delivery is acked when it resolves, and its slot is free again. */
  async take(delivery: HeldDelivery): Promise<void> {
    const { gate, held, lease, stopping } = this.options;
    const task = delivery.body;
    if (!isHandOut(task)) return this.refuse(delivery);
    if (stopping.aborted) return this.giveBack(task, 'returned');
    if (!lease.check()) {
      // Nothing can be put on record now. Until it can, the broker guards the delivery.
      await lease.whenValid(stopping).catch(() => undefined);
      if (stopping.aborted) return this.giveBack(task, 'returned');
    }

    const own = held.find(task.id, task.attempt);
    if (own) return own.whenRecorded(); // sent twice, or back from a lost connection while it runs here
    if (delivery.redelivered) return this.giveBack(task, 'vanished');
    if (isSealed(task)) return this.giveBackUnread(task, delivery);
    if (!gate.isOpen) {
      await this.giveBack(task, 'returned');
      return this.waitForRuntime(delivery);
    }
    if (task.attempt > 1) this.cancel({ taskId: task.id }); // an older attempt that still ends here
    await this.run(task, delivery);
  }

  /** The handler of this node's private queue. Commands about what is not held here came too late. */
  command({ body, queue }: Delivery): void {
    if (isCancel(body)) return this.cancel(body);
    this.options.log.error({ queue }, 'a command that this worker does not know was ignored');
  }

  private cancel({ taskId, attempt }: Pick<NodeCommand, 'taskId' | 'attempt'>): void {
    const runs =
      attempt === undefined ? this.options.held.attemptsOf(taskId) : [this.options.held.find(taskId, attempt)];
    for (const run of runs) run?.abort(new TaskCancelledError());
  }

  private async run(task: RunnableTask, delivery: HeldDelivery): Promise<void> {
    const { gate, held } = this.options;
    const run = new TaskRun(task, delivery, this.options);
    held.add(run);
    let outcome: Outcome;
    try {
      outcome = await run.execute();
    } finally {
      held.remove(run);
    }
    if (outcome.type !== 'redelivered') return gate.proved();
    const err = run.shown(outcome.cause);
    this.options.log.warn({ ...run.id, reason: outcome.reason, err }, 'a task was handed back');
    if (!(outcome.cause instanceof RuntimeUnavailableError)) return;
    gate.close();
    await this.waitForRuntime(delivery);
  }

  /** Keeps the slot, not the delivery: what becomes of the task is on record already. */
  private async waitForRuntime(delivery: HeldDelivery): Promise<void> {
    await delivery.release();
    await this.options.gate.whenOpen();
  }

  /**
   * Only an operator can help, so the slot is kept until the worker stops: it would take one task after the other from
   * those who can read them.
   */
  private async giveBackUnread(task: RunnableTask, delivery: HeldDelivery): Promise<void> {
    if (!this.isLocked) this.options.log.error({ jobId: task.jobId, taskId: task.id }, LOCKED);
    this.isLocked = true;
    await this.giveBack(task, 'returned');
    await delivery.release();
    await whenAborted(this.options.stopping);
  }

  /** A hand-out that vanished was another node's, and nobody knows whose. */
  private giveBack(task: RunnableTask, reason: TaskRedelivered['reason']): Promise<void> {
    this.options.log.info({ jobId: task.jobId, taskId: task.id, attempt: task.attempt, reason }, 'hand-out not taken');
    return this.options.reporter.send('redeliveries', {
      type: 'redelivered',
      jobId: task.jobId,
      taskId: task.id,
      attempt: task.attempt,
      reason,
      ...(reason === 'returned' && { nodeId: this.options.nodeId }),
    });
  }

  /** No attempt would make sense of it, so it goes where a person can look at it. Its text stays out of the log. */
  private async refuse({ body, queue }: Delivery): Promise<void> {
    this.options.log.error({ queue }, `a message that is no task was put into ${DEAD_LETTER_QUEUE}`);
    await this.options.broker.publish([{ queue: DEAD_LETTER_QUEUE, body }]);
  }
}

const LOCKED =
  'tasks are encrypted and cannot be read here: give this worker the datastore.encryption.key of the coordinators';

const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

function isHandOut(body: unknown): body is RunnableTask {
  const { id, jobId, attempt } = (body ?? {}) as Partial<RunnableTask>;
  return typeof id === 'string' && typeof jobId === 'string' && Number.isInteger(attempt);
}

function isCancel(body: unknown): body is NodeCommand {
  const { type, taskId } = (body ?? {}) as Partial<NodeCommand>;
  return type === 'cancel' && typeof taskId === 'string';
}
