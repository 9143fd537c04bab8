import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** An id that a client or proxy may choose: it goes into logs and headers, so it is short and has no odd characters. */
const SANE = /^[A-Za-z0-9._:~+/=@-]{1,128}$/;

/** Takes the id that a request comes with, or makes one that no other process of the installation gives to a request. */
export function requestIds(): (request: IncomingMessage) => string {
  const processId = randomBytes(4).toString('hex');
  let requests = 0;
  return ({ headers }) => {
    const given = headers['x-request-id'];
    return typeof given === 'string' && SANE.test(given) ? given : `${processId}-${(requests += 1)}`;
  };
}

/** Answers every request with its id, under which logs have it. */
export function showRequestIds(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
}
