import type { Middleware } from '@tork/middleware';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BodySchema } from './bind';
import { parseBody } from './bind';
import type { Exchange } from './exchange';

/** The value that makes somebody the current user of a request: `context.set(USERNAME, 'alice')`. */
export const USERNAME = 'username';

/** A link of the web chain. */
export type WebMiddlewareFunction = Middleware<WebContext>;

/**
 * A request and its answer, as web middleware and endpoints see them. Behind `await next()` the answer is ready and has
 * not left yet: its status, headers and {@link payload} may be read and changed.
 */
export class WebContext {
  private readonly values = new Map<string | symbol, unknown>();

  /** @internal */
  constructor(private readonly exchange: Exchange) {}

  /** Fastify's request: `method`, `url`, `headers`, `params`, `query`, `ip`. */
  get request(): FastifyRequest {
    return this.exchange.request;
  }

  /** Fastify's reply: status and headers. To answer, rather call one of the methods of this context. */
  get response(): FastifyReply {
    return this.exchange.response;
  }

  /**
   * The body of the answer, once it is ready: text, bytes or a stream. Setting it replaces the body; to answer something
   * else with another status or type, call {@link json} or {@link string} again.
   */
  get payload(): unknown {
    return this.exchange.payload;
  }

  set payload(payload: string | Uint8Array | NodeJS.ReadableStream | undefined) {
    this.exchange.replacePayload(payload);
  }

  /** A value that something before set for this request, or, for {@link USERNAME}, the current user. */
  get<T = unknown>(key: string | symbol): T | undefined {
    return (key === USERNAME ? this.request.currentUser : this.values.get(key)) as T | undefined;
  }

  /** Keeps a value for what comes behind. {@link USERNAME} makes the user of this name, or id, the current user. */
  set(key: string | symbol, value: unknown): void {
    if (key === USERNAME) this.request.currentUser = value as string | undefined;
    else this.values.set(key, value);
  }

  /** Answers without a body. */
  noContent(code: number): void {
    this.exchange.answer(code, undefined, undefined);
  }

  /** Answers with a text. */
  string(code: number, text: string): void {
    this.exchange.answer(code, 'text/plain; charset=UTF-8', text);
  }

  /** Answers with a value as JSON. */
  json(code: number, value: unknown): void {
    this.exchange.answerJson(code, value);
  }

  /** Answers with `{"message"}`. The error also appears in the request log. */
  error(code: number, error: unknown): void {
    this.request.failure = error;
    this.json(code, { message: error instanceof Error ? error.message : String(error) });
  }

  /** The body of the request. May be read by several, and before `next` too; the routes get it all the same. */
  body(): Promise<Uint8Array> {
    return this.exchange.body();
  }

  /**
   * The body of the request as a value, by its content type: JSON, XML or a form. `schema`, such as one of Zod's, checks
   * it. Rejects with what is answered 415 for another content type, and 400 for a body that cannot be read.
   */
  async bind<T = unknown>(schema?: BodySchema<T>): Promise<T> {
    return parseBody(await this.body(), this.request.headers['content-type'], schema);
  }

  /** Aborted when the request has ended, be it that its client went away, or when the server stops. */
  get done(): AbortSignal {
    return this.exchange.done;
  }
}
