import {
  type DynamicModule,
  type FactoryProvider,
  Inject,
  Module,
  type ModuleMetadata,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { APP_FILTER, DiscoveryModule, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { BROKER, type Broker } from '@tork/broker';
import { DATASTORE, type Datastore } from '@tork/datastore';
import {
  chainProviders,
  ChainWatch,
  JOB_MIDDLEWARE,
  type JobContext,
  LOG_MIDDLEWARE,
  type LogContext,
  type Middleware,
  type MiddlewareEntry,
  type Redactor,
  TASK_MIDDLEWARE,
} from '@tork/middleware';
import type { TaskContext } from '@tork/middleware';
import { HealthRegistry, type Logger } from '@tork/observability';
import { type Outbox, OUTBOX } from '@tork/outbox';
import { Passwords } from './auth/passwords';
import type { ApiConfig, EndpointGroup, WebConfig } from './config';
import { addEndpoint, type Endpoint } from './endpoint';
import { HealthController } from './health/health.controller';
import { type ApiAdapter, apiAdapterOf } from './http/api-adapter';
import { ErrorFilter } from './http/error.filter';
import { JobCommands } from './jobs/job-commands';
import { JobIntake } from './jobs/job-intake';
import { JobSubmitter } from './jobs/job-submitter';
import { JobWaiter } from './jobs/job-waiter';
import { JobsController } from './jobs/jobs.controller';
import { MetricsController } from './metrics/metrics.controller';
import { NodesController } from './nodes/nodes.controller';
import { QueuesController } from './queues/queues.controller';
import { buildDocument } from './openapi/document';
import { serveDocs } from './openapi/docs.routes';
import { ReadChains } from './read-chains';
import { TasksController } from './tasks/tasks.controller';
import { API_LOG, API_OPTIONS, API_VERSION } from './tokens';
import { UsersController } from './users/users.controller';
import type { WebContext } from './web/web-context';
import { WEB_CHAIN, WEB_MIDDLEWARE } from './web/web-middleware';

export interface ApiOptions {
  config: ApiConfig;
  web: WebConfig;
  version: string;
  log: Logger;
  /** Absent: secrets are shown. */
  redactor?: Redactor;
}

/** What the composition of the module depends on. */
export interface ApiComposition extends Pick<ModuleMetadata, 'imports'> {
  /** Routes of the embedding program; they come beside the built-in ones, which they cannot replace. */
  endpoints?: readonly Endpoint[];
  /** Web middleware of the embedding program, outermost first. */
  middleware?: readonly MiddlewareEntry<WebContext>[];
}

export interface ApiModuleOptions extends ApiOptions, ApiComposition {}

/** Options that other providers have to make. */
export interface ApiModuleAsyncOptions
  extends ApiComposition, Pick<FactoryProvider<ApiOptions>, 'inject' | 'useFactory'> {}

const CONTROLLERS = [
  ['health', HealthController],
  ['jobs', JobsController],
  ['tasks', TasksController],
  ['queues', QueuesController],
  ['nodes', NodesController],
  ['metrics', MetricsController],
  ['users', UsersController],
] as const satisfies (readonly [EndpointGroup, unknown])[];

const ENDPOINTS = Symbol('ENDPOINTS');

/**
 * The REST role. `BROKER`, `DATASTORE` and `OUTBOX` (all started) come from the application, the chains from the
 * MiddlewareModule where there is one. The application is one on an {@link ApiAdapter}, see `createApiApplication`.
 */
@Module({})
export class ApiModule implements OnModuleInit, OnModuleDestroy {
  static register({ endpoints, imports, middleware, ...options }: ApiModuleOptions): DynamicModule {
    return ApiModule.registerAsync({ endpoints, imports, middleware, useFactory: () => options });
  }

  static registerAsync({
    endpoints = [],
    imports = [],
    inject,
    middleware,
    useFactory,
  }: ApiModuleAsyncOptions): DynamicModule {
    const chain = (token: symbol) => ({ token, optional: true });
    return {
      module: ApiModule,
      imports: [DiscoveryModule, ...imports],
      controllers: CONTROLLERS.map(([, controller]) => controller),
      providers: [
        { provide: API_OPTIONS, inject, useFactory },
        { provide: API_LOG, inject: [API_OPTIONS], useFactory: ({ log }: ApiOptions) => log },
        { provide: API_VERSION, inject: [API_OPTIONS], useFactory: ({ version }: ApiOptions) => version },
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: ENDPOINTS, useValue: endpoints },
        ...chainProviders(WEB_CHAIN, middleware),
        { provide: Passwords, useFactory: () => new Passwords() },
        {
          provide: HealthRegistry,
          inject: [API_LOG, DATASTORE, BROKER],
          useFactory: (log: Logger, datastore: Datastore, broker: Broker) => {
            const health = new HealthRegistry(log);
            health.register('datastore', () => datastore.health());
            health.register('broker', () => broker.health());
            return health;
          },
        },
        {
          provide: ReadChains,
          inject: [API_OPTIONS, DATASTORE, chain(JOB_MIDDLEWARE), chain(TASK_MIDDLEWARE), chain(LOG_MIDDLEWARE)],
          useFactory: (
            { log: report, redactor }: ApiOptions,
            datastore: Datastore,
            job?: readonly Middleware<JobContext>[],
            task?: readonly Middleware<TaskContext>[],
            log?: readonly Middleware<LogContext>[],
          ) => {
            const watch = new ChainWatch({
              report: (name, forMs) => report.warn({ middleware: name, forMs }, 'a middleware does not settle'),
            });
            return new ReadChains({ job, task, log, redactor, datastore, watch });
          },
        },
        {
          provide: JobSubmitter,
          inject: [DATASTORE, OUTBOX],
          useFactory: (datastore: Datastore, outbox: Outbox) => new JobSubmitter({ datastore, outbox }),
        },
        {
          provide: JobIntake,
          inject: [DATASTORE, JobSubmitter],
          useFactory: (datastore: Datastore, submitter: JobSubmitter) => new JobIntake(datastore, submitter),
        },
        {
          provide: JobCommands,
          inject: [DATASTORE, OUTBOX],
          useFactory: (datastore: Datastore, outbox: Outbox) => new JobCommands(datastore, outbox),
        },
        {
          provide: JobWaiter,
          inject: [BROKER, DATASTORE],
          useFactory: (broker: Broker, datastore: Datastore) => new JobWaiter({ broker, datastore }),
        },
      ],
      exports: [JobIntake, JobWaiter, ReadChains],
    };
  }

  private readonly adapter: ApiAdapter;

  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(HttpAdapterHost) host: HttpAdapterHost,
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(WEB_MIDDLEWARE) private readonly links: readonly Middleware<WebContext>[],
    @Inject(ENDPOINTS) private readonly endpoints: readonly Endpoint[],
    @Inject(DATASTORE) private readonly datastore: Datastore,
    @Inject(Passwords) private readonly passwords: Passwords,
    @Inject(JobWaiter) private readonly waiter: JobWaiter,
  ) {
    this.adapter = apiAdapterOf(host);
    this.adapter.configure(options); // before anything of Nest's own takes part in requests
    leaveOut(modules, options.config);
  }

  /** Completes the routes, when those of the controllers are there. */
  onModuleInit(): void {
    const { adapter, datastore, links, options, passwords } = this;
    adapter.chain.use(links);
    adapter.addBuiltIns({ datastore, passwords });
    serveDocs(adapter.getInstance(), () => buildDocument(adapter.application, options.version));
    for (const endpoint of this.endpoints) addEndpoint(adapter, endpoint);
  }

  /** Ends what waits, before the server is asked to wait for the requests that do. */
  async onModuleDestroy(): Promise<void> {
    this.adapter.chain.stop();
    await this.waiter.close();
  }
}

/** Takes the controllers away that the configuration switches off: it is known when the module has been defined already. */
function leaveOut(modules: ModulesContainer, { api }: ApiConfig): void {
  for (const module of modules.values()) {
    if (module.metatype !== ApiModule) continue;
    for (const [group, controller] of CONTROLLERS) {
      if (api.endpoints[group] === false) module.controllers.delete(controller);
    }
  }
}
