import type { INestApplicationContext } from '@nestjs/common';
import { TorkError } from '@tork/core';
import type { MiddlewareEntry, JobContext, LogContext, NodeContext, TaskContext } from '@tork/middleware';
import { createLogger } from '@tork/observability';
import type { Logger } from '@tork/observability';
import type { Runtime } from '@tork/runtime';
import { startApplication } from './application';
import type { StartedApplication } from './application';
import { closeInTurn } from './close-in-turn';
import { loadEngineConfig } from './config';
import type { EngineConfig } from './config';
import type { Mode } from './mode';
import { Registrations } from './registrations';
import type { BrokerProvider, DatastoreProvider } from './registrations';
import { TorkModule } from './tork.module';

export type EngineState = 'IDLE' | 'RUNNING' | 'TERMINATING' | 'TERMINATED';

/** A call came in the wrong state: a registration after the start, a second start. */
export class EngineStateError extends TorkError {
  readonly code = 'ENGINE_STATE';
}

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
export class Engine {
  private readonly registrations = new Registrations();
  private current: EngineState = 'IDLE';
  private application: StartedApplication | undefined;
  private starting: Promise<void> | undefined;
  private ending: Promise<void> | undefined;
  private close = async (): Promise<void> => undefined;

  constructor(private readonly options: EngineOptions = {}) {}

  get state(): EngineState {
    return this.current;
  }

  /** Base URL of the API, or of the worker's health endpoint; `undefined` before the start. */
  get url(): string | undefined {
    return this.application?.url;
  }

  /** The Nest application, e.g. to get providers from. */
  get app(): INestApplicationContext | undefined {
    return this.application?.app;
  }

  registerJobMiddleware(middleware: MiddlewareEntry<JobContext>): this {
    this.idle('registerJobMiddleware').chains.job.push(middleware);
    return this;
  }

  registerTaskMiddleware(middleware: MiddlewareEntry<TaskContext>): this {
    this.idle('registerTaskMiddleware').chains.task.push(middleware);
    return this;
  }

  registerNodeMiddleware(middleware: MiddlewareEntry<NodeContext>): this {
    this.idle('registerNodeMiddleware').chains.node.push(middleware);
    return this;
  }

  registerLogMiddleware(middleware: MiddlewareEntry<LogContext>): this {
    this.idle('registerLogMiddleware').chains.log.push(middleware);
    return this;
  }

  /** Runs tasks instead of what `runtime.type` names. */
  registerRuntime(runtime: Runtime): this {
    this.idle('registerRuntime').setRuntime(runtime);
    return this;
  }

  /** Offers a broker under a name that `broker.type` can have. */
  registerBrokerProvider(name: string, provider: BrokerProvider): this {
    this.idle('registerBrokerProvider').addBroker(name, provider);
    return this;
  }

  /** Offers a datastore under a name that `datastore.type` can have. */
  registerDatastoreProvider(name: string, provider: DatastoreProvider): this {
    this.idle('registerDatastoreProvider').addDatastore(name, provider);
    return this;
  }

  /** Resolves when everything listens. When it rejects, what was started has been stopped again. */
  async start(): Promise<void> {
    this.idle('start');
    this.current = 'RUNNING';
    try {
      await (this.starting = this.open());
    } catch (cause) {
      this.current = 'TERMINATED';
      throw cause;
    }
  }

  private async open(): Promise<void> {
    const { api, mode = 'standalone' } = this.options;
    const { config, warnings } = this.options.config
      ? { config: this.options.config, warnings: [] }
      : loadEngineConfig();
    const log = this.options.log ?? createLogger(config.logging);
    for (const warning of warnings) log.warn(warning);
    const composition = TorkModule.compose({ mode, api, config, log, registrations: this.registrations });
    try {
      const application = (this.application = await startApplication(composition.module, { mode, api, config, log }));
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

  private async end(): Promise<void> {
    if (this.current === 'RUNNING') this.current = 'TERMINATING';
    await this.starting?.catch(() => undefined); // its caller is told
    try {
      await this.close();
    } finally {
      this.current = 'TERMINATED';
    }
  }

  private idle(call: string): Registrations {
    if (this.current !== 'IDLE') throw new EngineStateError(`${call}: the engine is ${this.current}, not IDLE`);
    return this.registrations;
  }
}
