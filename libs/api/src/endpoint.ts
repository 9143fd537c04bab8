import type { WebContext } from './web/web-context';

/** The methods that an endpoint can have. */
export const ENDPOINT_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
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
