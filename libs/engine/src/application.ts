import type { DynamicModule, INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiAdapter, openApi } from '@tork/api';
import type { WebContext } from '@tork/api';
import { toMiddleware } from '@tork/middleware';
import type { Middleware } from '@tork/middleware';
import type { Logger } from '@tork/observability';
import { Worker } from '@tork/worker';
import type { EngineConfig } from './config';
import { rolesOf } from './mode';
import type { Mode } from './mode';
import { NestLog } from './nest-log';
import type { Registrations } from './registrations';
import { Tork } from './tork';
import { VERSION } from './version';

export interface ApplicationOptions {
  mode: Mode;
  /** False: the process has no API. */
  api?: boolean;
  config: EngineConfig;
  log: Logger;
  registrations: Registrations;
}

export interface StartedApplication {
  readonly app: INestApplicationContext;
  readonly tork: Tork;
  /** Base URL of the API, or else of the worker's health endpoint. */
  readonly url: string | undefined;
}

/** Starts a Nest application that has a TorkModule of this mode. When that fails, it is stopped again. */
export async function startApplication(
  module: DynamicModule | Type,
  options: ApplicationOptions,
): Promise<StartedApplication> {
  const { config, log, mode, registrations } = options;
  const roles = rolesOf(mode, options);
  // Errors of the start are the caller's to show; Nest would end the process.
  const nest = { logger: new NestLog(log), abortOnError: false };
  const app = roles.api
    ? await NestFactory.create<NestFastifyApplication>(
        module,
        new ApiAdapter({ web: config.middleware.web, log }),
        nest,
      )
    : await NestFactory.createApplicationContext(module, nest);
  try {
    const url = roles.api
      ? await openApi(app as NestFastifyApplication, {
          config: config.coordinator,
          version: VERSION,
          endpoints: registrations.endpoints,
          middleware: registrations.chains.web.map((link, i) =>
            toMiddleware(link as Middleware<WebContext>, `web middleware ${i + 1}`),
          ),
        })
      : roles.worker
        ? healthUrl(app)
        : undefined;
    log.info({ mode, version: VERSION, url }, 'tork is up');
    const tork = app.get(Tork, { strict: false });
    tork.url = url;
    return { app, tork, url };
  } catch (cause) {
    await app
      .close()
      .catch((err: unknown) => log.debug({ err }, 'not everything could be closed after a failed start'));
    throw cause;
  }
}

const healthUrl = (app: INestApplicationContext): string =>
  `http://localhost:${app.get(Worker, { strict: false }).healthPort}`;
