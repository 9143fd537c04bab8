import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { Logger } from '@tork/observability';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { API_LOG } from '../tokens';
import { sendJson } from './answer';
import { MethodNotAllowedError } from './errors';
import { pathOf } from './query';
import { answerTo } from './status';

/** Answers every error with `{"message"}`. What nobody expected is logged under the request's id, which the client gets too. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(@Inject(API_LOG) private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const { status, message, unexpected } = answerTo(error);
    request.failure = error;
    if (unexpected) {
      const fields = { error, requestId: request.id, method: request.method, path: pathOf(request.raw.url) };
      this.log.error(fields, 'request failed');
      reply.header('x-request-id', request.id);
    }
    if (reply.sent) return; // an extender's own answer broke off half-way
    if (error instanceof MethodNotAllowedError) reply.header('allow', error.allowed.join(', '));
    sendJson(request, reply, status, { message });
  }
}
