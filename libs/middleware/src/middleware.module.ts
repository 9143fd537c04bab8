import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, ModuleMetadata, OnModuleInit } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { chainProviders } from './chain';
import type { JobContext, LogContext, NodeContext, TaskContext } from './contexts';
import { checkDiscovered } from './discovery';
import type { MiddlewareEntry } from './registration';
import { JOB_CHAIN, LOG_CHAIN, NODE_CHAIN, TASK_CHAIN } from './tokens';

/** Each list is a chain in registration order: the first link is the outermost. */
export interface MiddlewareModuleOptions extends Pick<ModuleMetadata, 'imports' | 'providers'> {
  job?: readonly MiddlewareEntry<JobContext>[];
  task?: readonly MiddlewareEntry<TaskContext>[];
  node?: readonly MiddlewareEntry<NodeContext>[];
  log?: readonly MiddlewareEntry<LogContext>[];
}

/**
 * Offers the chains to every role of the process: what is registered here, and the decorated classes of all modules.
 * `imports` and `providers` hold what the links' classes ask for in their constructors.
 */
@Module({})
export class MiddlewareModule implements OnModuleInit {
  static register(options: MiddlewareModuleOptions = {}): DynamicModule {
    const { imports = [], job, log, node, providers = [], task } = options;
    return {
      module: MiddlewareModule,
      global: true,
      imports: [DiscoveryModule, ...imports],
      providers: [
        ...providers,
        ...chainProviders(JOB_CHAIN, job),
        ...chainProviders(TASK_CHAIN, task),
        ...chainProviders(NODE_CHAIN, node),
        ...chainProviders(LOG_CHAIN, log),
      ],
      exports: [JOB_CHAIN, TASK_CHAIN, NODE_CHAIN, LOG_CHAIN].map(({ token }) => token),
    };
  }

  constructor(@Inject(DiscoveryService) private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    checkDiscovered(this.discovery.getProviders());
  }
}
