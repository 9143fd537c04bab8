import type { Logger } from '@tork/observability';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnswerError } from './errors';
import { pathOf } from './query';
import { answerTo } from './status';

/**
 * What a client is told about an error, with the headers that belong to it. The request log hears of it, and what nobody
 * expected is logged under the request's id, which every client gets.
 */
export function prepareErrorAnswer(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Logger,
): { status: number; body: { message: string } } {
  const { status, message, unexpected } = answerTo(error);
  request.failure = error;
  if (unexpected) {
    const fields = { error, requestId: request.id, method: request.method, path: pathOf(request.raw.url) };
    log.error(fields, 'request failed');
  }
  if (!reply.sent && error instanceof AnswerError) reply.headers(error.headers);
  return { status, body: { message } };
}
