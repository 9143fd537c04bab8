import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DATASTORE, type Datastore } from '@tork/datastore';
import type { Middleware } from '@tork/middleware';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Passwords } from './auth/passwords';
import type { ApiConfig } from './config';
import type { Endpoint } from './endpoint';
import type { ApiAdapter } from './http/api-adapter';
import { listen } from './http/listen';
import { buildDocument } from './openapi/document';
import { serveDocs } from './openapi/docs.routes';
import { InvalidEndpointError } from './web/errors';
import type { WebContext } from './web/web-context';

export interface OpenOptions {
  config: ApiConfig;
  version: string;
  /** Routes of the embedding program; they come after the built-in ones, which they cannot replace. */
  endpoints?: readonly Endpoint[];
  /** Web middleware of the embedding program, outermost first. */
  middleware?: readonly Middleware<WebContext>[];
}

/**
 * Completes the routes of an application with the ApiModule and listens where the configuration says. Resolves with
 * the base URL once connections are accepted. Rejects with AddressError when the address is not to be had, and with
 * InvalidEndpointError for an endpoint that cannot be added.
 */
export async function openApi(app: NestFastifyApplication, options: OpenOptions): Promise<string> {
  const { config, endpoints = [], middleware = [], version } = options;
  await app.init();
  const adapter = app.getHttpAdapter() as unknown as ApiAdapter;
  const instance = adapter.getInstance();
  adapter.chain.use(middleware);
  adapter.addBuiltIns({
    datastore: app.get<Datastore>(DATASTORE, { strict: false }),
    passwords: app.get(Passwords, { strict: false }),
  });
  serveDocs(instance, () => buildDocument(app, version));
  for (const endpoint of endpoints) addEndpoint(adapter, endpoint);
  return listen(app, config.address);
}

function addEndpoint(adapter: ApiAdapter, { handle, method, path }: Endpoint): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const exchange = adapter.chain.exchangeOf(request, reply);
    const answer = await handle(exchange.context);
    if (exchange.isAnswered) return reply;
    return answer === undefined ? reply.send() : adapter.reply(reply, answer);
  };
  try {
    adapter.getInstance().route({ method, url: path, handler });
  } catch (cause) {
    const taken = (cause as FastifyError).code === 'FST_ERR_DUPLICATED_ROUTE';
    const reason = taken ? 'expected a route of its own, found one of Tork' : (cause as Error).message;
    throw new InvalidEndpointError(`endpoint ${method} ${path}: ${reason}`, { cause });
  }
}
