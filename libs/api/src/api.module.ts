import {
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type ModuleMetadata,
  type OnModuleDestroy,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { BROKER, type Broker } from '@tork/broker';
import { DATASTORE, type Datastore } from '@tork/datastore';
import {
  JOB_MIDDLEWARE,
  type JobContext,
  LOG_MIDDLEWARE,
  type LogContext,
  type Middleware,
  type Redactor,
  TASK_MIDDLEWARE,
} from '@tork/middleware';
import type { TaskContext } from '@tork/middleware';
import { HealthRegistry, type Logger } from '@tork/observability';
import { type Outbox, OUTBOX } from '@tork/outbox';
import { Passwords } from './auth/passwords';
import type { ApiConfig, EndpointGroup } from './config';
import { HealthController } from './health/health.controller';
import { ErrorFilter } from './http/error.filter';
import { JobCommands } from './jobs/job-commands';
import { JobIntake } from './jobs/job-intake';
import { JobSubmitter } from './jobs/job-submitter';
import { JobWaiter } from './jobs/job-waiter';
import { JobsController } from './jobs/jobs.controller';
import { MetricsController } from './metrics/metrics.controller';
import { NodesController } from './nodes/nodes.controller';
import { QueuesController } from './queues/queues.controller';
import { ReadChains } from './read-chains';
import { TasksController } from './tasks/tasks.controller';
import { API_LOG, API_VERSION } from './tokens';
import { UsersController } from './users/users.controller';

export interface ApiModuleOptions extends Pick<ModuleMetadata, 'imports'> {
  config: ApiConfig;
  version: string;
  log: Logger;
  /** Absent: secrets are shown. */
  redactor?: Redactor;
}

const CONTROLLERS = [
  ['health', HealthController],
  ['jobs', JobsController],
  ['tasks', TasksController],
  ['queues', QueuesController],
  ['nodes', NodesController],
  ['metrics', MetricsController],
  ['users', UsersController],
] as const satisfies (readonly [EndpointGroup, unknown])[];

/** Ends what waits, before the server is asked to wait for the requests that do. */
@Injectable()
class ApiLife implements OnModuleDestroy {
  constructor(@Inject(JobWaiter) private readonly waiter: JobWaiter) {}

  onModuleDestroy(): Promise<void> {
    return this.waiter.close();
  }
}

/**
 * The REST role. `BROKER`, `DATASTORE` and `OUTBOX` (all started) come from the application, the chains from the
 * MiddlewareModule where there is one. The application is created with an {@link ApiAdapter} and opened by `listen`.
 */
@Module({})
export class ApiModule {
  static register({ config, imports, log, redactor, version }: ApiModuleOptions): DynamicModule {
    const { endpoints } = config.api;
    const chain = (token: symbol) => ({ token, optional: true });
    return {
      module: ApiModule,
      imports,
      controllers: CONTROLLERS.filter(([group]) => endpoints[group] !== false).map(([, controller]) => controller),
      providers: [
        { provide: API_LOG, useValue: log },
        { provide: API_VERSION, useValue: version },
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: Passwords, useFactory: () => new Passwords() },
        {
          provide: HealthRegistry,
          inject: [DATASTORE, BROKER],
          useFactory: (datastore: Datastore, broker: Broker) => {
            const health = new HealthRegistry(log);
            health.register('datastore', () => datastore.health());
            health.register('broker', () => broker.health());
            return health;
          },
        },
        {
          provide: ReadChains,
          inject: [DATASTORE, chain(JOB_MIDDLEWARE), chain(TASK_MIDDLEWARE), chain(LOG_MIDDLEWARE)],
          useFactory: (
            datastore: Datastore,
            job?: readonly Middleware<JobContext>[],
            task?: readonly Middleware<TaskContext>[],
            log?: readonly Middleware<LogContext>[],
          ) => new ReadChains({ job, task, log, redactor, datastore }),
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
        ApiLife,
      ],
      exports: [JobIntake, JobWaiter, ReadChains],
    };
  }
}
