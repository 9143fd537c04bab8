import { StreamableFile } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { sendJson } from './answer';
import { ContentTypeError, MethodNotAllowedError, RouteNotFoundError } from './errors';
import { createFastify, type FastifyOptions } from './fastify';
import { pathOf } from './query';
import { RouteTable } from './route-table';

/** How long `close` waits for requests under way. */
const CLOSE_TIMEOUT_MS = 10_000;

type ErrorHandler = Parameters<FastifyAdapter['setErrorHandler']>[0];

/**
 * Fastify under Nest, with the habits of Tork's API on the wire: JSON with a newline and no charset, 405 with `Allow`,
 * `OPTIONS` for every path, no `HEAD` for free. The application is created with it: `NestFactory.create(module, adapter)`.
 */
export class ApiAdapter extends FastifyAdapter {
  private readonly routes = new RouteTable();

  constructor(options: FastifyOptions) {
    super(createFastify(options));
    this.instance.addHook('onRoute', ({ method, url }) => {
      for (const name of [method].flat()) this.routes.add(name, url);
    });
  }

  /** Nest would parse JSON and forms. */
  override registerParserMiddleware(): void {}

  /** Objects and lists are answered as JSON; texts, bytes and streams as they are. */
  override reply(...[response, body, status]: Parameters<FastifyAdapter['reply']>): FastifyReply {
    const reply = response as FastifyReply;
    if (typeof body !== 'object' || body === null || isBytes(body)) return super.reply(reply, body, status);
    return sendJson(reply.request, reply, status ?? reply.statusCode, body);
  }

  override setNotFoundHandler() {
    return this.instance.setNotFoundHandler((request, reply) => {
      const methods = this.methodsOf(request);
      if (methods.length > 0 && request.method === 'OPTIONS') {
        return reply.code(204).header('allow', methods.join(', ')).send();
      }
      return reply.send(notHere(methods));
    });
  }

  override setErrorHandler(handler: ErrorHandler) {
    return super.setErrorHandler((error, request, reply) =>
      handler.call(this.instance, this.translated(error, request), request, reply),
    );
  }

  /** Takes no more connections and lets requests end; after ten seconds the rest is cut. */
  override async close(): Promise<undefined> {
    const { server } = this.instance;
    // A connection whose request ends only now would be kept alive, and waited for.
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    const cut = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
    try {
      return await super.close();
    } finally {
      clearInterval(idle);
      clearTimeout(cut);
    }
  }

  private methodsOf(request: FastifyRequest): string[] {
    return this.routes.methodsOf(pathOf(request.raw.url));
  }

  /** What Fastify refuses before a route is asked, as the error that clients of Tork know. */
  private translated(error: unknown, request: FastifyRequest): unknown {
    const code = String((error as Partial<FastifyError> | undefined)?.code);
    if (!code.startsWith('FST_')) return error;
    if (request.is404) return notHere(this.methodsOf(request));
    if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new ContentTypeError(request.headers['content-type']);
    return error;
  }
}

const notHere = (methods: readonly string[]): Error =>
  methods.length > 0 ? new MethodNotAllowedError(methods) : new RouteNotFoundError();

const isBytes = (body: object): boolean =>
  ArrayBuffer.isView(body) || body instanceof StreamableFile || 'pipe' in body || 'getReader' in body;
