import { type INestApplication, StreamableFile } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { sendJson } from './answer';
import { addBuiltIns, type BuiltInServices } from './built-ins';
import { ContentTypeError, MethodNotAllowedError, NoApiAdapterError, RouteNotFoundError } from './errors';
import { type ClientTimeouts, configureFastify, createFastify, type FastifyOptions } from './fastify';
import { proxyMatcher } from './proxies';
import { pathOf } from './query';
import { RouteTable } from './route-table';
import { WebChain } from '../web/web-chain';

/** How long `close` waits for requests under way. */
const CLOSE_TIMEOUT_MS = 10_000;

type ErrorHandler = Parameters<FastifyAdapter['setErrorHandler']>[0];

/**
 * Fastify under Nest, with the habits of Tork's API on the wire: JSON with a newline and no charset, 405 with `Allow`,
 * `OPTIONS` for every path, no `HEAD` for free. The application is created with it: `NestFactory.create(module, adapter)`.
 */
export class ApiAdapter extends FastifyAdapter {
  private readonly routes = new RouteTable();
  /** The web middleware of extenders. */
  readonly chain = new WebChain();
  private served: INestApplication | undefined;
  private readonly trust: (proxies: readonly string[]) => void;
  private configuration: FastifyOptions | undefined;

  /** `options`: what {@link configure} takes, where it is known as early as this. */
  constructor({ timeouts, ...options }: Partial<FastifyOptions> & { timeouts?: Partial<ClientTimeouts> } = {}) {
    let trusts = (_address: string): boolean => false;
    super(createFastify(timeouts, (address) => trusts(address)));
    this.trust = (proxies) => void (trusts = proxyMatcher(proxies));
    this.instance.addHook('onRoute', ({ method, url }) => {
      for (const name of [method].flat()) this.routes.add(name, url);
    });
    const { log, web } = options;
    if (web && log) this.configure({ web, log });
  }

  /** The application that it serves, for the document of its routes. */
  get application(): INestApplication {
    if (!this.served) throw new TypeError('ApiAdapter: set its application before the server answers');
    return this.served;
  }

  set application(application: INestApplication) {
    this.served = application;
  }

  /** Nest calls it before the modules are there, and then again. What it adds to the server comes behind our own. */
  override async init(): Promise<void> {
    if (this.configuration) await super.init();
  }

  /** Sets the server up. Once, at any time before it listens: the configuration may come from the application itself. */
  configure(options: FastifyOptions): void {
    if (this.configuration) return;
    this.configuration = options;
    this.trust(options.web.trusted.proxies);
    configureFastify(this.instance, options, this.chain);
  }

  /** Adds the web middleware that needs services of the application. Once, before the server listens. */
  addBuiltIns(services: BuiltInServices): void {
    if (!this.configuration) throw new TypeError('ApiAdapter.addBuiltIns: call configure first');
    addBuiltIns(this.instance, {
      ...services,
      ...this.configuration,
      methodsOf: (request) => this.methodsOf(request),
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
    this.chain.stop();
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

/** @throws NoApiAdapterError when the application is on no server, or on another one */
export function apiAdapterOf({ httpAdapter }: HttpAdapterHost): ApiAdapter {
  if (httpAdapter instanceof ApiAdapter) return httpAdapter;
  throw new NoApiAdapterError();
}

const notHere = (methods: readonly string[]): Error =>
  methods.length > 0 ? new MethodNotAllowedError(methods) : new RouteNotFoundError();

const isBytes = (body: object): boolean =>
  ArrayBuffer.isView(body) || body instanceof StreamableFile || 'pipe' in body || 'getReader' in body;
