import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Query } from './query';

declare module 'fastify' {
  interface FastifyRequest {
    /** Why the request was answered with an error, for the request log. */
    failure?: unknown;
    /** Who is logged in. */
    currentUser?: string;
  }
}

/** A value as the body of an answer: a newline at its end, indented when the query has a parameter `pretty`. */
export function jsonBytes(request: FastifyRequest, value: unknown): Buffer {
  const indent = 'pretty' in ((request.query ?? {}) as Query) ? 2 : undefined;
  return Buffer.from(`${JSON.stringify(value, null, indent)}\n`);
}

/**
 * Answers with JSON and a newline, indented when the query has a parameter `pretty`, whatever its value. The body goes
 * out as bytes: Fastify adds a charset to the content type of a text. An answer to `HEAD` has no body.
 */
export function sendJson(request: FastifyRequest, reply: FastifyReply, status: number, value: unknown): FastifyReply {
  reply.code(status);
  if (request.method === 'HEAD') return reply.send();
  return reply.header('content-type', 'application/json').send(jsonBytes(request, value));
}
