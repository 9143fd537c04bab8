import type { DynamicModule, ExceptionFilter, NestApplicationOptions, Type } from '@nestjs/common';
import { type NestApplication, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ApiOptions } from './api.module';
import { ApiAdapter } from './http/api-adapter';
import { ErrorFilter } from './http/error.filter';
import { listen } from './http/listen';
import { API_OPTIONS } from './tokens';

/**
 * Creates an application that has an ApiModule somewhere, on the HTTP server that it needs. It is not listening yet: that
 * is for {@link openApi}, or for its own `listen`.
 */
export async function createApiApplication(
  module: DynamicModule | Type,
  options?: NestApplicationOptions,
): Promise<NestFastifyApplication> {
  const adapter = new ApiAdapter();
  // Errors of the start are the caller's to show; Nest would end the process.
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { abortOnError: false, ...options });
  adapter.application = app;
  putErrorFilterLast(app);
  return app;
}

/**
 * Listens where the configuration says. Resolves with the base URL once connections are accepted. Rejects with
 * AddressError when the address is not to be had, and with InvalidEndpointError for an endpoint that cannot be added.
 */
export async function openApi(app: NestFastifyApplication): Promise<string> {
  await app.init();
  return listen(app, app.get<ApiOptions>(API_OPTIONS, { strict: false }).config.address);
}

/**
 * Ours answers every error there is. Nest asks those filters first that were found last, which are not those of the
 * outermost module; but an extender's own filter has to come before ours, wherever it stands.
 */
function putErrorFilterLast(app: NestFastifyApplication): void {
  const filters: ExceptionFilter[] = (app as unknown as NestApplication)['config'].getGlobalFilters();
  filters.sort((a, b) => Number(b instanceof ErrorFilter) - Number(a instanceof ErrorFilter));
}
