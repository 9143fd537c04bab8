import type { DynamicModule, INestApplicationContext, NestApplicationOptions, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApiApplication, openApi } from '@tork/api';
import type { Logger } from '@tork/observability';
import { rolesOf } from './mode';
import type { Mode } from './mode';
import { NestLog } from './nest-log';
import { SETTINGS } from './settings';
import type { Settings } from './settings';
import { Tork } from './tork';
import { VERSION } from './version';

/**
 * Creates an application of one's own in which a TorkModule has the API: on the HTTP server that the API needs. What is
 * to be done before it listens is done on it, as with any application of Nest's; then `app.listen(port)`, or
 * {@link openApi} for the address of the configuration. What is logged through Nest goes to Tork's log, unless the
 * options name a `logger` or `bufferLogs`.
 */
export async function createTorkApplication(
  module: Type | DynamicModule,
  options: NestApplicationOptions = {},
): Promise<NestFastifyApplication> {
  if (options.logger !== undefined || options.bufferLogs) return createApiApplication(module, options);
  // Tork's log is made while the application is: until then lines are kept.
  const app = await createApiApplication(module, { ...options, bufferLogs: true });
  app.useLogger(new NestLog(app.get<Settings>(SETTINGS, { strict: false }).log));
  return app;
}

export interface ApplicationOptions {
  mode: Mode;
  /** False: the process has no API. */
  api?: boolean;
  log: Logger;
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
  const { log, mode } = options;
  const roles = rolesOf(mode, options);
  // Errors of the start are the caller's to show; Nest would end the process.
  const nest = { logger: new NestLog(log, 'trace'), abortOnError: false };
  const app = roles.api
    ? await createApiApplication(module, nest)
    : await NestFactory.createApplicationContext(module, nest);
  try {
    const opened = roles.api ? await openApi(app as NestFastifyApplication) : undefined;
    const tork = app.get(Tork, { strict: false });
    const url = opened ?? tork.url;
    log.info({ mode, version: VERSION, url }, 'tork is up');
    return { app, tork, url };
  } catch (cause) {
    await app
      .close()
      .catch((err: unknown) => log.debug({ err }, 'not everything could be closed after a failed start'));
    throw cause;
  }
}
