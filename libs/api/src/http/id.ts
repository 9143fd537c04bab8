import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RouteNotFoundError } from './errors';

/**
 * The parameter `:id` (or another, by name) of the path, decoded. Any text is an id that may turn out to be unknown; an
 * empty one makes the path another path, which does not exist.
 */
export const Id = createParamDecorator((name: string | undefined, context: ExecutionContext): string => {
  const { params } = context.switchToHttp().getRequest<FastifyRequest>();
  const id = (params as Record<string, string>)[name ?? 'id'];
  if (!id) throw new RouteNotFoundError();
  return id.replaceAll('\0', '\ufffd'); // nothing stored holds a NUL, and Postgres refuses a parameter that does
});
