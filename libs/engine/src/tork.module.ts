import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { ApiModule } from '@tork/api';
import { BROKER } from '@tork/broker';
import type { Broker } from '@tork/broker';
import { Coordinator, CoordinatorModule } from '@tork/coordinator';
import { DATASTORE } from '@tork/datastore';
import type { Datastore } from '@tork/datastore';
import { hostEnv, MiddlewareModule, Redactor } from '@tork/middleware';
import { createLogger } from '@tork/observability';
import type { Logger } from '@tork/observability';
import { OUTBOX } from '@tork/outbox';
import type { Outbox } from '@tork/outbox';
import { Worker, WorkerModule } from '@tork/worker';
import { isAlone } from './adapters';
import { loadEngineConfig } from './config';
import type { EngineConfig } from './config';
import { expressions } from './expressions';
import { rolesOf } from './mode';
import type { Mode } from './mode';
import { checkConfig } from './check-config';
import { closeInTurn } from './close-in-turn';
import { openPorts } from './ports';
import type { Ports } from './ports';
import { PortsModule } from './ports.module';
import { Registrations } from './registrations';
import { Tork } from './tork';
import { VERSION } from './version';

export interface TorkModuleOptions {
  mode: Mode;
  /** False leaves the API to a process of its own. */
  api?: boolean;
  /** Default: loaded from file and environment. */
  config?: EngineConfig;
  /** Default: one made from `logging.*`. */
  log?: Logger;
  registrations?: Registrations;
}

/** The module of a process, and the way to end what it has started where Nest does not. */
export interface Composition {
  module: DynamicModule;
  /**
   * Stops the worker, then the coordinator, then disconnects; each whatever becomes of the others. Nest runs no hook
   * of a shutdown after a start that failed, nor those behind one that failed. Idempotent.
   */
  close(): Promise<void>;
}

/** Provides nothing: it is where the roles that Nest creates become known to their {@link Composition}. */
const ROLES = Symbol('ROLES');

/** Tork in a Nest application: the roles of a mode, with what they share. */
@Global()
@Module({})
export class TorkModule {
  static forRoot(options: TorkModuleOptions): DynamicModule {
    return this.compose(options).module;
  }

  static compose(options: TorkModuleOptions): Composition {
    const { api, mode } = options;
    const config = options.config ?? loadEngineConfig().config;
    const log = options.log ?? createLogger(config.logging);
    const registrations = options.registrations ?? new Registrations();
    const roles = rolesOf(mode, { api });
    for (const warning of checkConfig(config, roles)) log.warn(warning);
    let ports: Promise<Ports> | undefined;
    const open = () => (ports ??= openPorts({ mode, roles, config, log, registrations }));
    const roleInstances: { close(): Promise<void> }[] = [];
    const { retention } = config.datastore;
    const { job, task } = config.middleware;
    const redactor = job.redact.enabled ? new Redactor(job.redact) : undefined;
    const { vars } = task.hostenv;
    const workerOptions = { middleware: vars.length > 0 ? [hostEnv(vars)] : [], redact: job.redact.enabled };
    const shared = { version: VERSION, log };
    const module = {
      module: TorkModule,
      imports: [
        PortsModule.register(open),
        MiddlewareModule.register(registrations.chains),
        ...(roles.coordinator
          ? [
              CoordinatorModule.register({
                ...shared,
                config: config.coordinator,
                alone: isAlone(mode, config),
                ownBroker: config.broker.type === 'inmemory',
                retention: { logsMs: retention.logs.duration, jobsMs: retention.jobs.duration },
                expressions,
                redactor,
              }),
            ]
          : []),
        ...(roles.api ? [ApiModule.register({ ...shared, config: config.coordinator, redactor })] : []),
        ...(roles.worker ? [WorkerModule.register({ ...shared, config: config.worker, ...workerOptions })] : []),
      ],
      providers: [
        {
          provide: Tork,
          inject: [BROKER, DATASTORE, OUTBOX],
          useFactory: (broker: Broker, datastore?: Datastore, outbox?: Outbox) =>
            new Tork({ broker, datastore, outbox, log }),
        },
        {
          provide: ROLES,
          inject: [Worker, Coordinator].map((token) => ({ token, optional: true })),
          useFactory: (worker?: Worker, coordinator?: Coordinator) =>
            void roleInstances.push(...[worker, coordinator].filter((role) => role !== undefined)),
        },
      ],
      exports: [Tork],
    };
    const close = async () => {
      // A failed `open` has closed what it had opened.
      const opened = await ports?.catch(() => undefined);
      await closeInTurn([...roleInstances, ...(opened ? [opened] : [])]);
    };
    return { module, close };
  }
}
