import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { BROKER, type Broker } from '@tork/broker';
import { MemoryBroker } from '@tork/broker/memory';
import type { Job, JobCommand, JobEvent, JobState } from '@tork/core';
import { DATASTORE, type Datastore } from '@tork/datastore';
import { PgliteBackend, TypeormDatastore } from '@tork/datastore/typeorm';
import { type Middleware, MiddlewareModule, type MiddlewareModuleOptions } from '@tork/middleware';
import { createLogger, silentLogger } from '@tork/observability';
import { Outbox, OUTBOX } from '@tork/outbox';
import { ApiModule } from './api.module';
import { apiConfig, webConfig } from './config';
import type { Endpoint } from './endpoint';
import { createApiApplication, openApi } from './open';
import type { WebContext } from './web/web-context';

export const VERSION = '1.2.3';

/** For hooks that start a store: it compiles a database to begin with. */
export const START_TIMEOUT_MS = 60_000;

/** A real store in memory, empty but for what a migration brings. One can serve all tests of a file. */
export async function startDatastore(): Promise<Datastore> {
  const datastore = new TypeormDatastore(new PgliteBackend({}));
  await datastore.start();
  return datastore;
}

export interface ApiOptions {
  api?: unknown;
  web?: unknown;
  middleware?: MiddlewareModuleOptions;
  endpoints?: Endpoint[];
  webMiddleware?: Middleware<WebContext>[];
  /** What the API sees of the broker. */
  broker?: (broker: Broker) => Broker;
  /** Gets the log, line by line. */
  onLog?: (line: Record<string, unknown>) => void;
}

/** The whole role behind its HTTP server, on a given store and a broker of its own. No coordinator: tests play its part. */
export async function startApi(datastore: Datastore, options: ApiOptions = {}): Promise<ApiUnderTest> {
  const { onLog } = options;
  const log = onLog
    ? createLogger({ level: 'trace', format: 'json', destination: { write: (line) => onLog(JSON.parse(line)) } })
    : silentLogger();
  const broker = new MemoryBroker();
  await broker.start();
  const commands: JobCommand[] = [];
  await broker.consume('jobs', async ({ body }) => void commands.push(body as JobCommand), { concurrency: 1 });
  const outbox = new Outbox({ datastore, broker, log });
  const config = apiConfig.parse({ address: '127.0.0.1:0', ...(options.api as object) });

  @Module({})
  class ServicesModule {}
  const services = {
    module: ServicesModule,
    global: true,
    providers: [
      { provide: BROKER, useValue: options.broker?.(broker) ?? broker },
      { provide: DATASTORE, useValue: datastore },
      { provide: OUTBOX, useValue: outbox },
    ],
    exports: [BROKER, DATASTORE, OUTBOX],
  };
  const imports = [services, MiddlewareModule.register(options.middleware)];
  const { endpoints, webMiddleware } = options;
  const web = webConfig.parse(options.web ?? {});
  const app = await createApiApplication(
    ApiModule.register({ imports, config, web, log, version: VERSION, endpoints, middleware: webMiddleware }),
    { logger: false },
  );
  const base = await openApi(app);
  return new ApiUnderTest(app, base, datastore, broker, outbox, commands);
}

/** The same port, but one question that it cannot answer at the moment. */
export const unable = <T extends object>(port: T, method: keyof T, error: Error): T =>
  new Proxy(port, {
    get: (target, property) => {
      if (property === method) return () => Promise.reject(error);
      const value: unknown = Reflect.get(target, property);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

export class ApiUnderTest {
  readonly port: number;

  constructor(
    private readonly app: NestFastifyApplication,
    readonly base: string,
    readonly datastore: Datastore,
    readonly broker: MemoryBroker,
    private readonly outbox: Outbox,
    /** What coordinators were told, from the start. */
    readonly commands: readonly JobCommand[],
  ) {
    this.port = (app.getHttpServer().address() as AddressInfo).port;
  }

  /** A request with a JSON answer. A body is sent as `type`, an object as JSON. */
  async call<T = Record<string, unknown>>(method: string, path: string, body?: unknown, type = 'application/json') {
    const response = await fetch(this.base + path, {
      method,
      ...(body !== undefined && {
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'content-type': type },
      }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text && JSON.parse(text)) as T };
  }

  /** Submits a job and gives its id. */
  async submit(document: object = {}): Promise<string> {
    const { body } = await this.call<{ id: string }>('POST', '/jobs', { ...SMALL_JOB, ...document });
    return body.id;
  }

  /** Moves a job on, as a coordinator does. `tell: false` loses the event. */
  async move(jobId: string, patch: Partial<Job> & { state: JobState }, { tell = true } = {}): Promise<void> {
    await this.datastore.transaction(async (tx) => {
      const [job] = await tx.lockJobs([jobId]);
      await tx.write({ jobs: [{ ...job!, ...patch }] });
    });
    const topic = `job.${patch.state.toLowerCase()}` as JobEvent['topic'];
    if (tell) await this.broker.publishEvent(topic, { topic, jobId } satisfies JobEvent);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.outbox.close();
    await this.broker.close();
  }
}

export const SMALL_JOB = { name: 'small', tasks: [{ name: 'only', image: 'busybox:stable', run: 'true' }] };
