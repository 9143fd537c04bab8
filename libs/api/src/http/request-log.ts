import { HttpStatus } from '@nestjs/common';
import { wildcard } from '@tork/core';
import type { Logger } from '@tork/observability';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RequestLogLevel, WebConfig } from '../config';
import { RequestCancelledError } from './errors';
import { pathOf } from './query';

const METHOD_OF = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
} as const satisfies Record<RequestLogLevel, keyof Logger>;

/**
 * Logs each request when it is over: errors as such, with their text, the others at the configured level. It sees those
 * too that another hook refuses, and those whose client went away.
 */
export function logRequests(instance: FastifyInstance, config: WebConfig['logger'], log: Logger): void {
  if (!config.enabled) return;
  const skipped = config.skip.map(wildcard);
  const level = METHOD_OF[config.level];
  const write = (request: FastifyRequest, reply: FastifyReply, ip: string) => {
    const name = `${request.method} ${pathOf(request.raw.url)}`;
    if (skipped.some((matches) => matches(name))) return;
    const failure = reply.raw.writableFinished ? request.failure : new RequestCancelledError();
    const fields = {
      requestId: request.id,
      URI: request.raw.url,
      method: request.method,
      'remote-ip': ip,
      status: reply.raw.writableFinished ? reply.statusCode : HttpStatus.REQUEST_TIMEOUT,
    };
    if (failure === undefined) log[level](fields, 'Request');
    else log.error({ ...fields, cause: failure instanceof Error ? failure.message : String(failure) }, 'Request');
  };
  instance.addHook('onRequest', (request, reply, done) => {
    const { ip } = request; // a connection that is closed has forgotten it
    reply.raw.once('close', () => write(request, reply, ip));
    done();
  });
}
