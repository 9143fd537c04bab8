import type { INestApplicationContext } from '@nestjs/common';
import type { Broker } from '@tork/broker';
import type { Job } from '@tork/core';
import type { Datastore } from '@tork/datastore';
import { createLogger } from '@tork/observability';
import type { Logger } from '@tork/observability';
import { startApplication } from './application';
import type { StartedApplication } from './application';
import { closeInTurn } from './close-in-turn';
import { loadEngineConfig } from './config';
import type { EngineConfig } from './config';
import { EngineStateError } from './engine-state-error';
import { Extensions } from './extensions';
import { facadeOf } from './facade';
import type { Mode } from './mode';
import { expectConfig, expectMode, expectOptions } from './registration-error';
import type { Registrations } from './registrations';
import { runUntilSignal } from './run';
import type { JobInput, JobListener } from './submission';
import type { Tork } from './tork';
import { TorkModule } from './tork.module';

/** An engine goes from left to right, once; one whose start fails is TERMINATED. */
export type EngineState = 'IDLE' | 'RUNNING' | 'TERMINATING' | 'TERMINATED';

/** What an engine is made of; all of it has defaults. */
export interface EngineOptions {
  /** Default `standalone`. */
  mode?: Mode;
  /** False leaves the API of `standalone` or `coordinator` to a process of its own. */
  api?: boolean;
  /** The whole configuration. Default: loaded from file and environment, see docs/configuration.md. */
  config?: EngineConfig;
  /** Default: one made from `logging.*`. */
  log?: Logger;
}

/**
 * Tork as a library: register what you add, start, terminate. One engine has one life.
 *
 * ```ts
 * const engine = new Engine({ mode: 'standalone' });
 * engine.registerJobMiddleware(async ({ job }, next) => { console.error(job.state); await next(); });
 * await engine.start();
 * ```
 */
export class Engine extends Extensions {
  private options: EngineOptions = {};
  private current: EngineState = 'IDLE';
  private application: StartedApplication | undefined;
  private starting: Promise<void> | undefined;
  private ending: Promise<void> | undefined;
  private close = async (): Promise<void> => undefined;
  private sayTerminated = (): void => undefined;
  /** Resolves when the engine has ended, whoever ended it. */
  readonly terminated = new Promise<void>((resolve) => (this.sayTerminated = resolve));

  /**
   * The broker of the engine. Every call rejects with an {@link EngineStateError} before the start.
   */
  readonly broker: Omit<Broker, 'start' | 'close'> = facadeOf<Broker>(
    () => this.tork('Broker').broker,
    ['start', 'close'],
  );

  /** The datastore of the engine. Every call rejects with an {@link EngineStateError} before the start, and in a worker. */
  readonly datastore: Omit<Datastore, 'start' | 'close'> = facadeOf<Datastore>(
    () => this.tork('Datastore').datastore,
    ['start', 'close'],
  );

  constructor(options: EngineOptions = {}) {
    super();
    this.configure(options);
  }

  /** Where the engine is in its life. */
  get state(): EngineState {
    return this.current;
  }

  /** Base URL of the API, or of the worker's health endpoint; `undefined` before the start. */
  get url(): string | undefined {
    return this.application?.url;
  }

  /** The log of the process, for what is registered. Before the start it may have to load the configuration. */
  get log(): Logger {
    return (this.options.log ??= createLogger((this.options.config ?? loadEngineConfig().config).logging));
  }

  /** The Nest application, e.g. to get providers from. */
  get app(): INestApplicationContext | undefined {
    return this.application?.app;
  }

  /** Sets what the constructor can set, where it is known later. */
  configure(options: EngineOptions): this {
    this.idle('configure');
    expectOptions('engine', options);
    if (options.mode !== undefined) expectMode('mode', options.mode);
    if (options.config !== undefined) expectConfig(options.config);
    this.options = { ...this.options, ...options };
    return this;
  }

  /** What the process will do: `standalone`, `coordinator`, `worker` or `api`. */
  setMode(mode: Mode): this {
    this.idle('setMode');
    expectMode('setMode', mode);
    this.options = { ...this.options, mode };
    return this;
  }

  /**
   * Validates and submits a job like `POST /jobs`, and resolves with it once it is stored. Each listener is called once,
   * when the job has ended. Rejects with a DocumentError that says what is wrong where, and with an
   * {@link EngineStateError} where the engine does not run, or is a worker.
   */
  async submitJob(input: JobInput, ...listeners: JobListener[]): Promise<Job> {
    if (this.current !== 'RUNNING' || !this.application) {
      throw new EngineStateError(`submitJob: the engine is ${this.current}, not RUNNING`);
    }
    return this.application.tork.submitJob(input, ...listeners);
  }

  /** Resolves when everything listens. When it rejects, what was started has been stopped again. */
  async start(): Promise<void> {
    this.idle('start');
    this.current = 'RUNNING';
    try {
      await (this.starting = this.open());
    } catch (cause) {
      this.current = 'TERMINATED';
      this.sayTerminated();
      throw cause;
    }
  }

  private async open(): Promise<void> {
    const { api, mode = 'standalone' } = this.options;
    const { config, warnings } = this.options.config
      ? { config: this.options.config, warnings: [] }
      : loadEngineConfig();
    const log = (this.options.log ??= createLogger(config.logging));
    for (const warning of warnings) log.warn(warning);
    const composition = TorkModule.compose({ mode, api, config, log, extensions: this });
    try {
      const application = (this.application = await startApplication(composition.module, { mode, api, log }));
      this.close = () => closeInTurn([application.app, composition]);
    } catch (cause) {
      await composition
        .close()
        .catch((err: unknown) => log.debug({ err }, 'not everything could be closed after a failed start'));
      throw cause;
    }
  }

  /**
   * Stops taking work, lets running tasks end within their grace, disconnects. Waits for a start that is under way.
   * Idempotent; before the start it only prevents it.
   */
  terminate(): Promise<void> {
    if (this.current === 'IDLE') this.current = 'TERMINATED';
    return (this.ending ??= this.end());
  }

  /**
   * Starts, and resolves when the engine has ended: by {@link terminate}, or by SIGINT or SIGTERM; a second signal ends
   * the process at once.
   */
  run(): Promise<void> {
    return runUntilSignal(this);
  }

  private async end(): Promise<void> {
    if (this.current === 'RUNNING') this.current = 'TERMINATING';
    await this.starting?.catch(() => undefined); // its caller is told
    try {
      await this.close();
    } finally {
      this.current = 'TERMINATED';
      this.sayTerminated();
    }
  }

  /** @internal */
  protected override idle(call: string): Registrations {
    if (this.current !== 'IDLE') throw new EngineStateError(`${call}: the engine is ${this.current}, not IDLE`);
    return this.registrations;
  }

  private tork(port: string): Tork {
    if (this.application) return this.application.tork;
    throw new EngineStateError(`${port} not initialized. You must call engine.start() first`);
  }
}

/** The engine of the process, which the command `tork` runs. */
export const engine = new Engine();
