import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { Logger } from '@tork/observability';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { API_LOG } from '../tokens';
import { sendJson } from './answer';
import { prepareErrorAnswer } from './answer-error';

/** Answers every error with `{"message"}`, see {@link prepareErrorAnswer}. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(@Inject(API_LOG) private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const { status, body } = prepareErrorAnswer(error, request, reply, this.log);
    if (reply.sent) return; // an extender's own answer broke off half-way
    sendJson(request, reply, status, body);
  }
}
