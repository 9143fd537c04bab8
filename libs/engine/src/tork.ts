import type { Broker } from '@tork/broker';
import type { Job } from '@tork/core';
import type { Datastore } from '@tork/datastore';
import { EngineStateError } from './engine-state-error';
import { Submission } from './submission';
import type { JobInput, JobListener, SubmissionOptions } from './submission';

/**
 * Tork inside a Nest application, to be injected: submits jobs, and hands out the ports that the application shares with
 * it.
 *
 * ```ts
 * @Injectable()
 * class Reports {
 *   constructor(private readonly tork: Tork) {}
 *   order = () => this.tork.submitJob({ name: 'report', tasks: [{ name: 'make', run: 'make report' }] });
 * }
 * ```
 */
export class Tork {
  private readonly submission: Submission | undefined;

  /** @internal */
  constructor(
    private readonly ports: Partial<SubmissionOptions> & Pick<SubmissionOptions, 'broker' | 'log'>,
    private readonly urlNow: () => string | undefined,
  ) {
    const { broker, datastore, log, outbox } = ports;
    this.submission = datastore && outbox && new Submission({ broker, datastore, log, outbox });
  }

  /** Base URL of the API, or of the worker's health endpoint; `undefined` before it listens, or where there is none. */
  get url(): string | undefined {
    return this.urlNow();
  }

  /** The broker that the roles share. */
  get broker(): Broker {
    return this.ports.broker;
  }

  /** @throws EngineStateError in a worker, which has none */
  get datastore(): Datastore {
    if (!this.ports.datastore) throw new EngineStateError('Datastore not initialized. A worker has none');
    return this.ports.datastore;
  }

  /**
   * Validates and submits a job like `POST /jobs`, and resolves with it once it is stored. Each listener is called once,
   * when the job has ended. Rejects with a DocumentError that says what is wrong where, and in a worker.
   */
  async submitJob(input: JobInput, ...listeners: JobListener[]): Promise<Job> {
    if (!this.submission) throw new EngineStateError('submitJob: expected a mode with a datastore, found worker');
    return this.submission.submit(input, listeners);
  }

  /** @internal */
  async onModuleDestroy(): Promise<void> {
    await this.submission?.close();
  }
}
