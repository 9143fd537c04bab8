import { Inject, Injectable, Module } from '@nestjs/common';
import type { DynamicModule, ModuleMetadata, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Broker } from '@tork/broker';
import { BROKER } from '@tork/broker';
import type { Expressions } from '@tork/core';
import type { Datastore } from '@tork/datastore';
import { DATASTORE } from '@tork/datastore';
import type { JobContext, Middleware, NodeContext, TaskContext } from '@tork/middleware';
import { ChainWatch, JOB_MIDDLEWARE, NODE_MIDDLEWARE, TASK_MIDDLEWARE } from '@tork/middleware';
import type { Outbox } from '@tork/outbox';
import { OUTBOX } from '@tork/outbox';
import { Coordinator } from './coordinator';
import type { CoordinatorOptions } from './coordinator';

export interface CoordinatorModuleOptions
  extends
    Pick<ModuleMetadata, 'imports'>,
    Pick<CoordinatorOptions, 'alone' | 'config' | 'log' | 'ownBroker' | 'retention' | 'version'> {
  expressions: Expressions;
  /** A link that takes longer by itself is reported in the log. Default 30,000. */
  middlewareSettlesWithinMs?: number;
}

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
  static register(options: CoordinatorModuleOptions): DynamicModule {
    const { imports, middlewareSettlesWithinMs, ...rest } = options;
    const watch = new ChainWatch({
      afterMs: middlewareSettlesWithinMs,
      report: (name, forMs) => options.log.warn({ middleware: name, forMs }, 'a middleware does not settle'),
    });
    const chain = (token: symbol) => ({ token, optional: true });
    return {
      module: CoordinatorModule,
      imports,
      providers: [
        {
          provide: Coordinator,
          inject: [BROKER, DATASTORE, OUTBOX, chain(JOB_MIDDLEWARE), chain(TASK_MIDDLEWARE), chain(NODE_MIDDLEWARE)],
          useFactory: (
            broker: Broker,
            datastore: Datastore,
            outbox: Outbox,
            job: readonly Middleware<JobContext>[] = [],
            task: readonly Middleware<TaskContext>[] = [],
            node: readonly Middleware<NodeContext>[] = [],
          ) => new Coordinator({ ...rest, broker, datastore, outbox, chains: { job, task, node, watch } }),
        },
        CoordinatorLife,
      ],
      exports: [Coordinator],
    };
  }
}
