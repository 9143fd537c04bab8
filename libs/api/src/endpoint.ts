import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiAdapter } from './http/api-adapter';
import { InvalidEndpointError } from './web/errors';
import type { WebContext } from './web/web-context';

/** The methods that an endpoint can have. */
export const ENDPOINT_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
/** One of {@link ENDPOINT_METHODS}. */
export type EndpointMethod = (typeof ENDPOINT_METHODS)[number];

/**
 * Answers a request through its context. What it returns is the answer where it has not given one: an object as JSON, a
 * text as such, nothing as an empty 200. What it throws is answered as an error.
 */
export type EndpointHandler = (context: WebContext) => unknown;

/** A route that an embedding program adds to the API. */
export interface Endpoint {
  method: EndpointMethod;
  /** As Fastify writes it: `/things/:id`, `/files/*`. */
  path: string;
  handle: EndpointHandler;
}

/** @throws InvalidEndpointError when there is such a route already, or the router cannot read its path */
export function addEndpoint(adapter: ApiAdapter, { handle, method, path }: Endpoint): void {
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
