import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiConfig } from './config';
import type { Endpoint } from './endpoint';
import { listen } from './http/listen';
import { buildDocument } from './openapi/document';
import { serveDocs } from './openapi/docs.routes';

export interface OpenOptions {
  config: ApiConfig;
  version: string;
  /** Routes of the embedding program; they come after the built-in ones. */
  endpoints?: readonly Endpoint[];
}

/**
 * Completes the routes of an application with the ApiModule and listens where the configuration says. Resolves with
 * the base URL once connections are accepted. Rejects with AddressError when the address is not to be had.
 */
export async function openApi(app: NestFastifyApplication, options: OpenOptions): Promise<string> {
  const { config, endpoints = [], version } = options;
  await app.init();
  const adapter = app.getHttpAdapter();
  const instance = adapter.getInstance();
  serveDocs(instance, () => buildDocument(app, version));
  for (const { method, path, handle } of endpoints) {
    instance.route({
      method,
      url: path,
      handler: async (request: FastifyRequest, reply: FastifyReply) => {
        const answer = await handle(request, reply);
        return reply.sent ? reply : adapter.reply(reply, answer);
      },
    });
  }
  return listen(app, config.address);
}
