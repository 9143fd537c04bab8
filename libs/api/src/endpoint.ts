import type { FastifyReply, FastifyRequest } from 'fastify';

/** A route that an embedding program adds to the API. */
export interface Endpoint {
  method: string;
  /** As Fastify writes it: `/things/:id`. */
  path: string;
  /** Answers by what it returns, or through `reply`; what it throws is answered as an error. */
  handle(request: FastifyRequest, reply: FastifyReply): unknown;
}
