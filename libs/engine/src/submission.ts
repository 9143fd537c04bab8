import { JobIntake, JobSubmitter, JobWaiter, readJobDocument } from '@tork/api';
import type { Broker } from '@tork/broker';
import type { Job, JobDocument } from '@tork/core';
import type { Datastore } from '@tork/datastore';
import type { Logger } from '@tork/observability';
import type { Outbox } from '@tork/outbox';
import { expectFunction, refuse } from './registration-error';

/** A job document: as `POST /jobs` takes it, in JSON or YAML, or the object of which that JSON is made. */
export type JobInput = JobDocument | string | Uint8Array;

/** Called once, with the job as it has ended: COMPLETED, FAILED or CANCELLED. */
export type JobListener = (job: Job) => void | Promise<void>;

export interface SubmissionOptions {
  broker: Broker;
  datastore: Datastore;
  outbox: Outbox;
  log: Logger;
}

/** Events tell of an end at once; a job is looked after this often in case one was missed. */
const REREAD_MS = 30_000;

/** Submits jobs of the embedding program and tells it of their ends. */
export class Submission {
  private readonly intake: JobIntake;
  private readonly waiter: JobWaiter;
  private readonly closing = new AbortController();

  constructor(private readonly options: SubmissionOptions) {
    const { broker, datastore, outbox } = options;
    this.intake = new JobIntake(datastore, new JobSubmitter({ datastore, outbox }));
    this.waiter = new JobWaiter({ broker, datastore, rereadMs: REREAD_MS });
  }

  /**
   * Resolves with the job once it is stored; from then on it reaches an end. Rejects with a DocumentError that says what
   * is wrong where, and with a RegistrationError where a listener or the input is of no use at all.
   */
  async submit(input: JobInput, listeners: readonly JobListener[]): Promise<Job> {
    listeners.forEach((listener, i) => expectFunction(`submitJob: listener ${i + 1}`, listener));
    const { body, type } = asBody(input);
    const document = readJobDocument(type, body);
    if (listeners.length === 0) return this.intake.accept(document, { bytes: body.length });

    const watch = await this.waiter.watch(); // before the job is stored, or its end could be missed
    try {
      const job = await this.intake.accept(document, { bytes: body.length });
      void watch
        .ended(job.id, { timeoutMs: Infinity, signal: this.closing.signal })
        .then(() => this.tell(job.id, listeners))
        .catch((err: unknown) => this.reportUnheard(job.id, err))
        .finally(() => watch[Symbol.dispose]());
      return job;
    } catch (cause) {
      watch[Symbol.dispose]();
      throw cause;
    }
  }

  /** Listeners hear of nothing any more. Jobs go on. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.waiter.close();
  }

  private async tell(jobId: string, listeners: readonly JobListener[]): Promise<void> {
    const job = await this.options.datastore.job(jobId);
    if (!job) return; // deleted in the meantime
    for (const listener of listeners) {
      try {
        await listener(job);
      } catch (err) {
        this.options.log.error({ err, jobId }, 'a listener of a job failed');
      }
    }
  }

  private reportUnheard(jobId: string, err: unknown): void {
    if (this.closing.signal.aborted) return;
    this.options.log.error({ err, jobId }, 'the listeners of a job will not hear of its end');
  }
}

function asBody(input: JobInput): { body: Uint8Array; type: string } {
  if (!input || !['object', 'string'].includes(typeof input)) refuse('submitJob', 'a job document', input);
  if (typeof input === 'object' && !(input instanceof Uint8Array)) {
    return { body: Buffer.from(JSON.stringify(input)), type: 'application/json' };
  }
  const body = Buffer.from(input as string);
  // Valid JSON is YAML too, but the errors of a JSON document should speak of JSON.
  return { body, type: /^\s*\{/.test(body.toString('utf8', 0, 256)) ? 'application/json' : 'text/yaml' };
}
