import { Module } from '@nestjs/common';
import type { DynamicModule, ModuleMetadata, Provider } from '@nestjs/common';
import type { Middleware } from './compose';
import type { JobContext, LogContext, NodeContext, TaskContext } from './contexts';
import { isMiddlewareClass, toMiddleware } from './registration';
import type { MiddlewareEntry } from './registration';
import { JOB_MIDDLEWARE, LOG_MIDDLEWARE, NODE_MIDDLEWARE, TASK_MIDDLEWARE } from './tokens';

/** Each list is a chain in registration order: the first link is the outermost. */
export interface MiddlewareModuleOptions extends Pick<ModuleMetadata, 'imports' | 'providers'> {
  job?: readonly MiddlewareEntry<JobContext>[];
  task?: readonly MiddlewareEntry<TaskContext>[];
  node?: readonly MiddlewareEntry<NodeContext>[];
  log?: readonly MiddlewareEntry<LogContext>[];
}

/**
 * Offers the registered chains to every role of the process. `imports` and `providers` hold what the links' classes
 * ask for in their constructors.
 */
@Module({})
export class MiddlewareModule {
  static register(options: MiddlewareModuleOptions = {}): DynamicModule {
    const chains = [
      ...chainProviders(JOB_MIDDLEWARE, 'job', options.job),
      ...chainProviders(TASK_MIDDLEWARE, 'task', options.task),
      ...chainProviders(NODE_MIDDLEWARE, 'node', options.node),
      ...chainProviders(LOG_MIDDLEWARE, 'log', options.log),
    ];
    return {
      module: MiddlewareModule,
      global: true,
      imports: options.imports,
      providers: [...(options.providers ?? []), ...chains],
      exports: [JOB_MIDDLEWARE, TASK_MIDDLEWARE, NODE_MIDDLEWARE, LOG_MIDDLEWARE],
    };
  }
}

/** The classes of a chain as providers of their own, and the chain in which functions and instances stand in order. */
function chainProviders<C>(token: symbol, kind: string, entries: readonly MiddlewareEntry<C>[] = []): Provider[] {
  const classes = entries.filter((entry) => isMiddlewareClass(entry));
  const useFactory = (...instances: { handle: Middleware<C> }[]): Middleware<C>[] => {
    const created = instances.values();
    return entries.map((entry, i) =>
      toMiddleware(isMiddlewareClass(entry) ? created.next().value! : entry, `${kind} middleware ${i + 1}`),
    );
  };
  return [...new Set(classes), { provide: token, useFactory, inject: classes }];
}
