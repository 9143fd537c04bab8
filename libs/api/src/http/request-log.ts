import type { Logger } from '@tork/observability';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RequestLogLevel, WebConfig } from '../config';
import { pathOf } from './error.filter';

const METHOD_OF = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
} as const satisfies Record<RequestLogLevel, keyof Logger>;

/**
 * Logs each request when it is answered: errors as such, with their text, the others at the configured level. It sees
 * those too that another hook refused, because it runs when the answer is out.
 */
export function logRequests(instance: FastifyInstance, config: WebConfig['logger'], log: Logger): void {
  if (!config.enabled) return;
  const skipped = config.skip.map(wildcard);
  const isSkipped = (request: FastifyRequest) => {
    const name = `${request.method} ${pathOf(request.raw.url)}`;
    return skipped.some((pattern) => pattern.test(name));
  };
  const level = METHOD_OF[config.level];
  instance.addHook('onResponse', (request, reply, done) => {
    const { failure } = request;
    if (!isSkipped(request)) {
      const fields = {
        requestId: request.id,
        URI: request.raw.url,
        method: request.method,
        'remote-ip': request.ip,
        status: reply.statusCode,
        ...(failure !== undefined && { cause: failure instanceof Error ? failure.message : String(failure) }),
      };
      if (failure === undefined) log[level](fields, 'Request');
      else log.error(fields, 'Request');
    }
    done();
  });
}

/** A pattern in which `*` is any run of characters and everything else stands for itself; the whole text must match. */
export function wildcard(pattern: string): RegExp {
  const literals = pattern.split('*').map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${literals.join('.*')}$`, 's');
}
