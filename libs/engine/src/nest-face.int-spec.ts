import {
  BadRequestException,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  ForbiddenException,
  Get,
  Inject,
  Injectable,
  Module,
  type NestInterceptor,
  type OnApplicationShutdown,
  Param,
  Post,
} from '@nestjs/common';
import type { ArgumentsHost, INestApplicationContext } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
import type { Job } from '@tork/core';
import { silentLogger } from '@tork/observability';
import { eventually, freePort, useServices } from '@tork/testing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { tap } from 'rxjs';
import {
  createTorkApplication,
  Engine,
  engineConfig,
  Extensions,
  JobMiddleware,
  NodeMiddleware,
  openApi,
  TaskMiddleware,
  Tork,
  TorkModule,
  WebMiddleware,
} from './index';
import type { EngineConfig, JobContext, Middleware, NodeContext, TaskContext, WebContext } from './index';
import { migrate } from './migrate';

const services = useServices('postgres');
const datastore = () => ({ type: 'postgres', postgres: { dsn: services.postgres.url, max_open_conns: 5 } });
beforeAll(() => migrate(engineConfig.parse({ datastore: datastore() })));

const makeConfig = async (): Promise<EngineConfig> =>
  engineConfig.parse({
    datastore: datastore(),
    coordinator: { address: `localhost:${await freePort()}`, heartbeat: { interval: '1s' } },
    worker: { address: `localhost:${await freePort()}`, shutdown: { grace: '10ms' } },
    runtime: { type: 'shell', shell: { cmd: ['sh'] } },
  });

let running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const app of running) await app.close();
  running = [];
});
const run = <A extends INestApplicationContext>(app: A): A => (running.push(app), app);

/** What a host application has of its own. */
@Injectable()
class Journal implements OnApplicationShutdown {
  readonly lines: string[] = [];
  onApplicationShutdown(): void {
    this.lines.push('journal closed');
  }
}

@JobMiddleware()
class JournalJobs {
  constructor(@Inject(Journal) private readonly journal: Journal) {}
  handle: Middleware<JobContext> = async ({ event, job }, next) => {
    this.journal.lines.push(`job ${event} ${job.state}`);
    await next();
  };
}

@TaskMiddleware()
class JournalTasks {
  constructor(@Inject(Journal) private readonly journal: Journal) {}
  async handle({ event, task }: TaskContext, next: () => Promise<void>): Promise<void> {
    this.journal.lines.push(`task ${event} ${task.state}`);
    await next();
  }
}

@NodeMiddleware()
class JournalNodes {
  constructor(@Inject(Journal) private readonly journal: Journal) {}
  handle: Middleware<NodeContext> = async ({ node }, next) => {
    this.journal.lines.push(`node ${node.name}`);
    await next();
  };
}

@WebMiddleware({ order: -1 })
class JournalRequests {
  constructor(@Inject(Journal) private readonly journal: Journal) {}
  handle: Middleware<WebContext> = async ({ request, response }, next) => {
    await next();
    this.journal.lines.push(`${request.method} ${request.url} ${response.statusCode}`);
  };
}

@Module({
  providers: [Journal, JournalJobs, JournalTasks, JournalNodes, JournalRequests],
  exports: [Journal],
})
class JournalModule {}

const JOB = { name: 'hi', tasks: [{ name: 'say', run: 'true' }] };

/** Orders jobs through the service that is injected. */
@Controller('orders')
class OrdersController {
  constructor(@Inject(Tork) private readonly tork: Tork) {}

  @Post()
  async order() {
    return { id: (await this.tork.submitJob(JOB)).id };
  }

  @Get(':id')
  get(@Param('id') id: string) {
    if (id === 'bad') throw new BadRequestException('no such order');
    if (id === 'strange') throw new StrangeError('internals');
    return { id };
  }
}

class StrangeError extends Error {}

@Catch(StrangeError)
class StrangeFilter implements ExceptionFilter {
  catch(_error: StrangeError, host: ArgumentsHost): void {
    void host.switchToHttp().getResponse<FastifyReply>().code(418).send({ message: 'strange' });
  }
}

@Injectable()
class OnlyFriends implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.switchToHttp().getRequest<FastifyRequest>().headers['x-friend'] !== 'no') return true;
    throw new ForbiddenException('friends only');
  }
}

@Injectable()
class Stamp implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(tap(() => void reply.header('x-stamp', 'yes')));
  }
}

describe('Tork in an application of one’s own', () => {
  it('shares its container: middleware, guards, interceptors, filters, controllers, and a configuration from it', async () => {
    const config = await makeConfig();

    @Injectable()
    class Settings {
      readonly config = config;
    }
    @Module({ providers: [Settings], exports: [Settings] })
    class SettingsModule {}
    @Module({
      imports: [
        JournalModule,
        TorkModule.forRootAsync({
          mode: 'standalone',
          imports: [SettingsModule],
          inject: [Settings],
          useFactory: (settings: Settings) => ({ config: settings.config, log: silentLogger() }),
        }),
      ],
      controllers: [OrdersController],
      providers: [
        { provide: APP_GUARD, useClass: OnlyFriends },
        { provide: APP_INTERCEPTOR, useClass: Stamp },
        { provide: APP_FILTER, useClass: StrangeFilter },
      ],
    })
    class AppModule {}

    const app = run(await createTorkApplication(AppModule, { logger: false }));
    const url = await openApi(app);
    const call = async (path: string, init?: RequestInit) => {
      const answer = await fetch(url + path, init);
      return { status: answer.status, stamp: answer.headers.get('x-stamp'), body: await answer.json() };
    };

    const { body } = (await call('/orders', { method: 'POST' })) as { body: { id: string } };
    await eventually(async () =>
      expect(await call(`/jobs/${body.id}`)).toMatchObject({ status: 200, stamp: 'yes', body: { state: 'COMPLETED' } }),
    );
    expect(await call('/orders/bad')).toMatchObject({ status: 400, body: { message: 'no such order' } });
    expect(await call('/orders/strange')).toMatchObject({ status: 418, body: { message: 'strange' } });
    expect(await call('/jobs/unknown')).toMatchObject({ status: 404, body: { message: 'job not found' } });
    expect(await call('/health', { headers: { 'x-friend': 'no' } })).toMatchObject({
      status: 403,
      body: { message: 'friends only' },
    });
    expect(await call('/openapi.json')).toMatchObject({ body: { paths: { '/orders': {}, '/jobs': {} } } });

    const { lines } = app.get(Journal);
    await eventually(async () => expect(lines).toContain('node Worker'));
    expect(lines).toEqual(
      expect.arrayContaining([
        'job STATE_CHANGE PENDING',
        'job STATE_CHANGE RUNNING',
        'job STATE_CHANGE COMPLETED',
        'job READ COMPLETED',
        'task STATE_CHANGE PENDING',
        'task STATE_CHANGE RUNNING',
        'task STATE_CHANGE COMPLETED',
        'POST /orders 201',
        'GET /jobs/unknown 404',
      ]),
    );
    expect(app.get(Tork).url).toMatch(/^http:\/\//);

    await app.close();
    await expect(fetch(`${url}/health`)).rejects.toThrow('fetch failed');
    expect(await services.postgres.sql("SELECT count(*)::int AS up FROM nodes WHERE status = 'UP'")).toEqual([
      { up: 0 },
    ]);
  });

  it('listens like any other application', async () => {
    @Module({ imports: [TorkModule.forRoot({ mode: 'api', config: await apiAlone(), log: silentLogger() })] })
    class AppModule {}

    const app = run(await createTorkApplication(AppModule, { logger: false }));
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();

    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect((await fetch(`${url}/docs`)).status).toBe(200);
    expect(await (await fetch(`${url}/nowhere`)).json()).toEqual({ message: 'Not Found' });
  });

  it('leaves out the routes that the configuration switches off', async () => {
    const config = await apiAlone({ api: { endpoints: { queues: false } } });
    @Module({ imports: [TorkModule.forRoot({ mode: 'api', config, log: silentLogger() })] })
    class AppModule {}

    const url = await openApi(run(await createTorkApplication(AppModule, { logger: false })));

    expect((await fetch(`${url}/queues`)).status).toBe(404);
    expect((await fetch(`${url}/nodes`)).status).toBe(200);
  });

  it('runs without an API in an application on another server, or on none', async () => {
    @Module({
      imports: [
        JournalModule,
        TorkModule.forRoot({ mode: 'standalone', api: false, config: await makeConfig(), log: silentLogger() }),
      ],
    })
    class AppModule {}
    const app = run(await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false }));
    const ended: Job[] = [];

    await app.get(Tork).submitJob(JOB, (job) => void ended.push(job));

    await eventually(async () => expect(ended).toMatchObject([{ state: 'COMPLETED' }]));
    expect(app.get(Journal).lines).toContain('job STATE_CHANGE COMPLETED');
  });

  it('says so where its API is part of an application on another server', async () => {
    @Module({ imports: [TorkModule.forRoot({ mode: 'standalone', config: await makeConfig(), log: silentLogger() })] })
    class AppModule {}

    await expect(
      NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false }),
    ).rejects.toThrow('the API expects an application created by createTorkApplication');
  });

  const apiAlone = async (coordinator: object = {}) => {
    const config = await makeConfig();
    return engineConfig.parse({
      datastore: datastore(),
      coordinator: { address: config.coordinator.address, ...coordinator },
    });
  };
});

describe('both faces', () => {
  it('end in the same chain: what is registered, then decorated classes, each by its order', async () => {
    const steps: string[] = [];
    const step =
      (name: string): Middleware<JobContext> =>
      async ({ event, job }, next) => {
        if (event === 'STATE_CHANGE' && job.state === 'PENDING') steps.push(name);
        await next();
      };

    @JobMiddleware()
    class Decorated {
      handle = step('decorated');
    }
    @JobMiddleware({ order: -1 })
    class Early {
      handle = step('early');
    }
    @Injectable()
    class Registered {
      handle = step('registered class');
    }
    @Module({ providers: [Decorated, Early] })
    class MyModule {}
    const engine = new Engine({ config: await makeConfig(), log: silentLogger() })
      .registerJobMiddleware(step('function'))
      .registerJobMiddleware(Registered)
      .registerJobMiddleware({ handle: step('instance') })
      .registerModule(MyModule);
    await engine.start();
    running.push({ close: () => engine.terminate() });

    await engine.submitJob(JOB);

    await eventually(async () => expect(steps).toHaveLength(5));
    expect(steps).toEqual(['early', 'function', 'registered class', 'instance', 'decorated']);
  });

  it('take extensions: what an engine registers, a module can be given', async () => {
    const extensions = new Extensions().registerEndpoint('GET', '/mine', ({ request }) => ({ url: request.url }));
    const config = await makeConfig();
    @Module({ imports: [TorkModule.forRoot({ mode: 'coordinator', config, log: silentLogger(), extensions })] })
    class AppModule {}

    const url = await openApi(run(await createTorkApplication(AppModule, { logger: false })));

    expect(await (await fetch(`${url}/mine?a=1`)).json()).toEqual({ url: '/mine?a=1' });
  });
});
