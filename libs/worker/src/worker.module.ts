import { Inject, Injectable, Module } from '@nestjs/common';
import type {
  BeforeApplicationShutdown,
  DynamicModule,
  FactoryProvider,
  ModuleMetadata,
  OnApplicationBootstrap,
} from '@nestjs/common';
import { BROKER } from '@tork/broker';
import type { Broker } from '@tork/broker';
import { ChainWatch, TASK_MIDDLEWARE } from '@tork/middleware';
import type { Middleware, TaskContext } from '@tork/middleware';
import { RUNTIME } from '@tork/runtime';
import type { Runtime } from '@tork/runtime';
import type { WorkerConfig } from './config';
import type { Logger } from '@tork/observability';
import { Worker } from './worker';

export interface WorkerRoleOptions {
  config: WorkerConfig;
  version: string;
  log: Logger;
  /** Links of Tork's own; they stand behind the registered ones. */
  middleware?: readonly Middleware<TaskContext>[];
  /** Output and errors of tasks leave this process without their job's secrets. Default true. */
  redact?: boolean;
  /** A link that takes longer by itself is reported in the log. Default 30,000. */
  middlewareSettlesWithinMs?: number;
}

export interface WorkerModuleOptions extends WorkerRoleOptions, Pick<ModuleMetadata, 'imports'> {}

/** Options that other providers have to make. */
export interface WorkerModuleAsyncOptions
  extends Pick<ModuleMetadata, 'imports'>, Pick<FactoryProvider<WorkerRoleOptions>, 'inject' | 'useFactory'> {}

const OPTIONS = Symbol('WORKER_OPTIONS');

/** Starts the worker with the application, and stops it while the broker is still there. */
@Injectable()
class WorkerLife implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(@Inject(Worker) private readonly worker: Worker) {}

  onApplicationBootstrap(): Promise<void> {
    return this.worker.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.worker.close();
  }
}

/**
 * The worker role. `BROKER` (started) and `RUNTIME` come from the application, `TASK_MIDDLEWARE` from the
 * MiddlewareModule where there is one.
 */
@Module({})
export class WorkerModule {
  static register({ imports, ...options }: WorkerModuleOptions): DynamicModule {
    return WorkerModule.registerAsync({ imports, useFactory: () => options });
  }

  static registerAsync({ imports, inject, useFactory }: WorkerModuleAsyncOptions): DynamicModule {
    return {
      module: WorkerModule,
      imports,
      providers: [
        { provide: OPTIONS, inject, useFactory },
        {
          provide: Worker,
          inject: [OPTIONS, BROKER, RUNTIME, { token: TASK_MIDDLEWARE, optional: true }],
          useFactory: (
            { middleware = [], middlewareSettlesWithinMs, ...options }: WorkerRoleOptions,
            broker: Broker,
            runtime: Runtime,
            registered: readonly Middleware<TaskContext>[] = [],
          ) => {
            const chainWatch = new ChainWatch({
              afterMs: middlewareSettlesWithinMs,
              report: (name, forMs) =>
                options.log.warn({ middleware: name, forMs }, 'a task middleware does not settle'),
            });
            return new Worker({ ...options, broker, runtime, chainWatch, middleware: [...registered, ...middleware] });
          },
        },
        WorkerLife,
      ],
      exports: [Worker],
    };
  }
}
