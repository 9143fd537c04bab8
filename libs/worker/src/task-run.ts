import type { HeldDelivery } from '@tork/broker';
import { HiddenTexts } from '@tork/core';
import type { HeldTask, RunnableTask } from '@tork/core';
import type { TaskIo } from '@tork/runtime';
import { LeaseLostError } from './abort-reasons';
import { executeTask } from './execute-task';
import type { ExecutionEnvironment } from './execute-task';
import type { Held } from './held-tasks';
import type { Lease } from './lease';
import type { Logger } from '@tork/observability';
import { LogShipper } from './logs/log-shipper';
import { outcomeOfError } from './outcome';
import type { Outcome } from './outcome';
import { ProgressSender } from './progress-sender';
import type { Reporter } from './reporter';
import { StartReport } from './start-report';

/** What all runs of a worker share. */
export interface RunEnvironment extends ExecutionEnvironment {
  reporter: Pick<Reporter, 'send'>;
  lease: Pick<Lease, 'check'>;
  log: Logger;
  /** A task that ends within this time reports its end alone, which says that it has started, too. */
  startPatienceMs: number;
  /** A delivery is given up after this long, once the start is on record. */
  releaseAfterMs: number;
  /** A run that has not ended this long after it was aborted is given up. */
  abortGraceMs: number;
  /** Most characters of output that wait for the broker. */
  logBufferChars: number;
  /** Output and errors leave this process without the secrets that the hand-out names. */
  redact: boolean;
}

/** One hand-out on this node: from its start to the moment in which its outcome is safe at the broker. */
export class TaskRun implements Held {
  readonly id: HeldTask;
  /** What nobody is to see of this task. */
  private readonly hidden: HiddenTexts;
  private readonly controller = new AbortController();
  private readonly startReport: StartReport;
  private logs: LogShipper | undefined;
  private progress: ProgressSender | undefined;
  private leaseLost = false;
  private reporting = false;
  private releaseTimer: NodeJS.Timeout | undefined;
  private giveUpTimer: NodeJS.Timeout | undefined;
  private giveUp: (outcome: Outcome) => void = () => undefined;

  private readonly task: RunnableTask;

  constructor(
    handOut: RunnableTask,
    private readonly delivery: Pick<HeldDelivery, 'release'>,
    private readonly env: RunEnvironment,
  ) {
    this.task = env.redact || !handOut.hidden ? handOut : { ...handOut, hidden: undefined };
    this.hidden = new HiddenTexts(this.task.hidden);
    this.id = { jobId: handOut.jobId, taskId: handOut.id, attempt: handOut.attempt };
    this.startReport = new StartReport(
      (ranMs) => env.reporter.send('started', { type: 'started', ...this.id, nodeId: env.nodeId, ranMs }),
      env.startPatienceMs,
    );
  }

  /** Resolves once this node is on record as the holder: from then on its lease guards the task, not the broker. */
  whenRecorded(): Promise<void> {
    return this.startReport.send();
  }

  abort(reason: Error, graceMs = this.env.abortGraceMs): void {
    if (this.reporting) return;
    this.leaseLost ||= reason instanceof LeaseLostError;
    this.controller.abort(reason); // only the first reason counts
    clearTimeout(this.giveUpTimer);
    this.giveUpTimer = setTimeout(() => this.abandon(graceMs), graceMs).unref();
  }

  /** Runs the task and reports what came of it. Rejects only when the broker refuses the report. */
  async execute(): Promise<Outcome> {
    this.releaseTimer = setTimeout(() => void this.release(), this.env.releaseAfterMs).unref();
    try {
      const ended = await this.run();
      await this.logs?.close();
      this.env.lease.check(); // ends this run, too, when the process was frozen past its lease
      this.reporting = true;
      const outcome = this.leaseLost ? outcomeOfError(new LeaseLostError()) : ended;
      await Promise.all([this.startReport.end(), this.send(outcome)]);
      return outcome;
    } finally {
      this.reporting = true;
      this.startReport.drop();
      clearTimeout(this.releaseTimer);
      clearTimeout(this.giveUpTimer);
    }
  }

  /** An error of this run as the log may show it. */
  shown(error: Error | undefined): Error | undefined {
    if (!error || this.hidden.isEmpty) return error;
    const shown = new Error(this.hidden.hide(error.message));
    return Object.assign(shown, { name: error.name, stack: this.hidden.hide(error.stack ?? '') });
  }

  private run(): Promise<Outcome> {
    return new Promise((resolve) => {
      this.giveUp = resolve;
      const control = { signal: this.controller.signal, abort: (reason: Error) => this.abort(reason) };
      executeTask(this.task, this.io(), control, this.env).then(resolve, (error) => resolve(outcomeOfError(error)));
    });
  }

  /** What the runtime talks to. Both parts come into being with the first use: most short tasks say nothing. */
  private io(): TaskIo {
    return {
      output: (chunk) => (this.logs ??= this.startLogs()).write(chunk),
      progress: (percent) => {
        if (!this.reporting) (this.progress ??= this.startProgress()).report(percent);
      },
    };
  }

  private startLogs(): LogShipper {
    const { log, logBufferChars, reporter } = this.env;
    return new LogShipper({
      hidden: this.hidden,
      taskId: this.id.taskId,
      attempt: this.id.attempt,
      bufferChars: logBufferChars,
      send: (part) => reporter.send('logs', part),
      onLoss: (err) => log.warn({ err, ...this.id }, 'output of a task was lost'),
    });
  }

  private startProgress(): ProgressSender {
    const { log, nodeId, reporter } = this.env;
    return new ProgressSender(
      async (progress) => {
        await this.startReport.send(); // progress is of a task that runs
        await reporter.send('progress', { type: 'progress', ...this.id, nodeId, progress });
      },
      (err) => log.warn({ err, ...this.id }, 'progress of a task was lost'),
    );
  }

  private send(outcome: Outcome): Promise<void> {
    const { nodeId, reporter } = this.env;
    const { ranMs } = this.startReport;
    switch (outcome.type) {
      case 'completed':
        return reporter.send('completed', { ...this.id, nodeId, ranMs, type: 'completed', result: outcome.result });
      case 'failed':
        return reporter.send('error', {
          ...this.id,
          nodeId,
          ranMs,
          type: 'failed',
          error: this.hidden.hide(outcome.error), // it may quote what the task was given, or printed
        });
      case 'redelivered':
        return reporter.send('redeliveries', { ...this.id, nodeId, type: 'redelivered', reason: outcome.reason });
    }
  }

  /** The run has lasted: from now on the lease guards it, and the broker's consumer timeout cannot hit it. */
  private async release(): Promise<void> {
    try {
      await this.startReport.send();
      await this.delivery.release();
    } catch (err) {
      // The broker will hand the task out again and the coordinator decides; the run itself goes on.
      this.env.log.warn({ err, ...this.id }, 'the delivery of a long task could not be released');
    }
  }

  private abandon(waitedMs: number): void {
    const reason: unknown = this.controller.signal.reason;
    this.env.log.error(
      { ...this.id, err: reason, waitedMs },
      'a task did not end after it was aborted; its slot is given free',
    );
    this.giveUp(outcomeOfError(reason));
  }
}
