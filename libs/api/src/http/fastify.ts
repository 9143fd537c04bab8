import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Logger } from '@tork/observability';
import type { WebConfig } from '../config';
import { sendJson } from './answer';
import { auditWrites } from './audit';
import { announcesTooMuch, readBody } from './body';
import { BodyTooLargeError, MalformedRequestError } from './errors';
import { parseQuery } from './query';
import { requestIds, showRequestIds } from './request-id';
import { logRequests } from './request-log';
import { addSecurityHeaders } from './security-headers';
import type { WebChain } from '../web/web-chain';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route reads its body in one way, or not at all, whatever the content type says, be it nonsense. */
    anyContentType?: boolean;
  }
}

/** How slow a client may be. */
export interface ClientTimeouts {
  /** For the headers of a request; a slower client is answered 408. Default 10 s. */
  headersMs: number;
  /** For all of a request, likewise. Default 60 s. */
  requestMs: number;
  /** A connection on which nothing moves for so long during a request is cut; a handler that waits lifts it. Default 120 s. */
  idleMs: number;
}

export interface FastifyOptions {
  web: WebConfig;
  log: Logger;
}

/**
 * The HTTP server, with what no configuration changes: its limits, and how it reads queries. `trusts` is asked about the
 * address of a proxy, request by request.
 */
export function createFastify(
  timeouts: Partial<ClientTimeouts> = {},
  trusts: (address: string) => boolean = () => false,
): FastifyInstance {
  const { headersMs = 10_000, requestMs = 60_000, idleMs = 120_000 } = timeouts;
  const instance = fastify({
    logger: false,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    connectionTimeout: idleMs,
    requestTimeout: requestMs,
    http: { headersTimeout: headersMs, connectionsCheckingInterval: Math.min(2_000, headersMs) },
    trustProxy: trusts,
    genReqId: requestIds(),
    rewriteUrl: ({ url = '/' }) => (url.startsWith('/') ? url : withoutOrigin(url)),
    // No longer than the headers may be, so that a path is never refused for its length alone.
    routerOptions: { maxParamLength: 65_536, querystringParser: parseQuery },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (cause, request, reply) => {
      request.failure = new MalformedRequestError({ cause });
      sendJson(request, reply, 400, { message: 'Bad Request' });
    },
  });
  instance.decorateRequest('failure', undefined);
  instance.decorateRequest('currentUser', undefined);
  instance.decorateRequest('identity', undefined);
  instance.decorateRequest('subject', undefined);
  return instance;
}

/**
 * What is the same for all routes: the logs of requests, the headers of every answer, the web chain of extenders, the
 * reading of bodies. What is added first sees a request first; `addBuiltIns` comes behind the chain, when the services are
 * there that it needs. Routes may be there already; the server must not be ready.
 */
export function configureFastify(instance: FastifyInstance, { web, log }: FastifyOptions, chain: WebChain): void {
  logRequests(instance, web.logger, log);
  auditWrites(instance, web.audit, log);
  showRequestIds(instance);
  addSecurityHeaders(instance);
  chain.install(instance, { bodyLimit: web.bodylimit, log });
  instance.addHook('preParsing', (request, _reply, payload, done) => {
    if (request.routeOptions.config.anyContentType) request.raw.headers['content-type'] = 'application/octet-stream';
    if (announcesTooMuch(request.raw, web.bodylimit)) done(new BodyTooLargeError());
    else done(null, payload);
  });
  // Bodies stay bytes: the routes know what to make of them, and an unknown content type is theirs to refuse.
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('*', (_request: FastifyRequest, payload: IncomingMessage) =>
    readBody(payload, web.bodylimit),
  );
}

/** The path of a request line that names the whole URL, as clients of a proxy send it. */
const withoutOrigin = (url: string): string => url.replace(/^https?:\/\/[^/?#]*/i, '') || '/';

/** What cannot be read as HTTP, or comes too slowly, is answered on the bare socket. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, reason] = STATUS_OF[error.code ?? ''] ?? [400, 'Bad Request'];
  const body = `${JSON.stringify({ message: reason })}\n`;
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
        `Connection: close\r\n\r\n${body}`,
    );
  }
  socket.destroySoon();
}

const STATUS_OF: Readonly<Record<string, readonly [number, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
};
