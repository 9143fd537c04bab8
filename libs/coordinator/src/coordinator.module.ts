import { Inject, Injectable, Module } from '@nestjs/common';
import type {
  DynamicModule,
  FactoryProvider,
  ModuleMetadata,
  OnApplicationBootstrap,
  OnApplicationShutdown,
} from '@nestjs/common';
import type { Broker } from '@tork/broker';
import { BROKER } from '@tork/broker';
import type { Datastore } from '@tork/datastore';
import { DATASTORE } from '@tork/datastore';
import type { JobContext, Middleware, NodeContext, TaskContext } from '@tork/middleware';
import { ChainWatch, JOB_MIDDLEWARE, NODE_MIDDLEWARE, TASK_MIDDLEWARE } from '@tork/middleware';
import type { Outbox } from '@tork/outbox';
import { OUTBOX } from '@tork/outbox';
import { Coordinator } from './coordinator';
import type { CoordinatorOptions } from './coordinator';

export interface CoordinatorRoleOptions extends Pick<
  CoordinatorOptions,
  'alone' | 'config' | 'createExpressions' | 'log' | 'ownBroker' | 'redactor' | 'retention' | 'version'
> {
  /** A link that takes longer by itself is reported in the log. Default 30,000. */
  middlewareSettlesWithinMs?: number;
}

export interface CoordinatorModuleOptions extends CoordinatorRoleOptions, Pick<ModuleMetadata, 'imports'> {}

/** Options that other providers have to make. */
export interface CoordinatorModuleAsyncOptions
  extends Pick<ModuleMetadata, 'imports'>, Pick<FactoryProvider<CoordinatorRoleOptions>, 'inject' | 'useFactory'> {}

const OPTIONS = Symbol('COORDINATOR_OPTIONS');

/** Starts the coordinator with the application. It stops after the worker and the API, whose last words it still takes. */
@Injectable()
class CoordinatorLife implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(Coordinator) private readonly coordinator: Coordinator) {}

  onApplicationBootstrap(): Promise<void> {
    return this.coordinator.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.coordinator.close();
  }
}

/**
 * The coordinator role. `BROKER`, `DATASTORE` and `OUTBOX` (all started) come from the application, the chains from the
 * MiddlewareModule where there is one.
 */
@Module({})
export class CoordinatorModule {
  static register({ imports, ...options }: CoordinatorModuleOptions): DynamicModule {
    return CoordinatorModule.registerAsync({ imports, useFactory: () => options });
  }

  static registerAsync({ imports, inject, useFactory }: CoordinatorModuleAsyncOptions): DynamicModule {
    const chain = (token: symbol) => ({ token, optional: true });
    return {
      module: CoordinatorModule,
      imports,
      providers: [
        { provide: OPTIONS, inject, useFactory },
        {
          provide: Coordinator,
          inject: [
            OPTIONS,
            BROKER,
            DATASTORE,
            OUTBOX,
            chain(JOB_MIDDLEWARE),
            chain(TASK_MIDDLEWARE),
            chain(NODE_MIDDLEWARE),
          ],
          useFactory: (
            { middlewareSettlesWithinMs, ...options }: CoordinatorRoleOptions,
            broker: Broker,
            datastore: Datastore,
            outbox: Outbox,
            job: readonly Middleware<JobContext>[] = [],
            task: readonly Middleware<TaskContext>[] = [],
            node: readonly Middleware<NodeContext>[] = [],
          ) => {
            const watch = new ChainWatch({
              afterMs: middlewareSettlesWithinMs,
              report: (name, forMs) => options.log.warn({ middleware: name, forMs }, 'a middleware does not settle'),
            });
            return new Coordinator({ ...options, broker, datastore, outbox, chains: { job, task, node, watch } });
          },
        },
        CoordinatorLife,
      ],
      exports: [Coordinator],
    };
  }
}
