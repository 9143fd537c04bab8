import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { jsonBytes } from '../http/answer';
import { readBody } from '../http/body';
import { AnswerSentError } from './errors';
import { WebContext } from './web-context';

declare module 'fastify' {
  interface FastifyRequest {
    /** Where the request stands, once an extender's code has to do with it. */
    exchange?: Exchange;
  }
}

export interface ExchangeOptions {
  /** Longest body in bytes. */
  bodyLimit: number;
  /** Whether the answer waits for {@link Exchange.release}. */
  held: boolean;
  /** Told once, when the request is over in any way. */
  ended(): void;
}

type Send = (error: null, payload: unknown) => void;

/**
 * A request and how far its answer is: `open`, then `ready` (made, and held back until the web chain has ended), then
 * `sent`.
 */
export class Exchange {
  readonly context = new WebContext(this);
  private phase: 'open' | 'ready' | 'sent' = 'open';
  private send: Send | undefined;
  private current: unknown;
  private lastWord: Buffer | undefined;
  private read: Promise<Buffer> | undefined;
  private isOver = false;
  private controller: AbortController | undefined;
  private proxy: FastifyReply | undefined;
  private wake = (): void => undefined;
  /** Resolves when the answer is ready, or the request over. */
  readonly answered = new Promise<void>((resolve) => (this.wake = resolve));

  constructor(
    readonly request: FastifyRequest,
    readonly reply: FastifyReply,
    private readonly options: ExchangeOptions,
  ) {
    reply.raw.once('close', () => this.end());
  }

  /** Whether there is an answer, or somebody has taken it upon themselves to write one past us. */
  get isAnswered(): boolean {
    return this.phase !== 'open' || this.reply.sent || this.isOver;
  }

  get isSent(): boolean {
    return this.phase === 'sent';
  }

  get payload(): unknown {
    return this.current;
  }

  /**
   * The reply as extenders see it. Fastify's can be awaited until it has left, which a link that returns it from an
   * async function does unawares; here it would wait for itself.
   */
  get response(): FastifyReply {
    return (this.proxy ??= notAwaitable(this.reply));
  }

  get done(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.isOver) this.controller.abort();
    return this.controller.signal;
  }

  /** The server stops. */
  stop(): void {
    this.controller ??= new AbortController();
    this.controller.abort();
  }

  /** Reads the body where the server has not done so yet; it gets {@link replay} in its place. */
  body(): Promise<Buffer> {
    const { body, raw } = this.request;
    return (this.read ??= Buffer.isBuffer(body) ? Promise.resolve(body) : readBody(raw, this.options.bodyLimit));
  }

  /** The body again, for the server, if it was read before its turn. */
  replay(): Promise<Readable> | undefined {
    return this.read?.then((body) => Readable.from([body], { objectMode: false }));
  }

  answer(code: number, type: string | undefined, payload: string | Uint8Array | undefined): void {
    if (this.phase === 'sent') throw new AnswerSentError();
    const { reply } = this;
    reply.code(code);
    if (type) reply.header('content-type', type);
    else reply.removeHeader('content-type');
    if (this.phase === 'ready') this.replacePayload(payload);
    else reply.send(payload);
  }

  answerJson(code: number, value: unknown): void {
    const { request } = this;
    this.answer(code, 'application/json', request.method === 'HEAD' ? undefined : jsonBytes(request, value));
  }

  replacePayload(payload: unknown): void {
    if (this.phase === 'sent') throw new AnswerSentError();
    if (this.current !== payload) discard(this.current);
    this.reply.removeHeader('content-length');
    this.current = payload;
  }

  /** The answer is made. It leaves at once, or with {@link release}. A second one replaces the first. */
  ready(payload: unknown, send: Send): void {
    // Of a handler that was overtaken; nobody waits for its answer any more.
    if (this.lastWord && payload !== this.lastWord) return discard(payload);
    if (this.phase === 'sent' || !this.options.held) {
      this.phase = 'sent';
      send(null, payload);
      return;
    }
    if (this.phase === 'ready') discard(this.current);
    this.phase = 'ready';
    this.current = payload;
    this.send = send;
    this.wake();
  }

  /** Lets the answer go, or the one that is still to come. */
  release(): void {
    this.phase = 'sent';
    this.send?.(null, this.current);
  }

  /** Answers with an error instead of whatever there is, or may still come. */
  fail(status: number, body: object): void {
    const { phase, reply, request } = this;
    const bytes = (this.lastWord = jsonBytes(request, body));
    reply.code(status).header('content-type', 'application/json');
    if (phase === 'ready') {
      this.replacePayload(bytes);
      this.release();
    } else if (!reply.sent) {
      this.phase = 'sent';
      reply.send(bytes);
    }
  }

  private end(): void {
    this.isOver = true;
    this.controller?.abort();
    this.wake();
    this.options.ended();
  }
}

/** What is not sent after all must not stay open. */
function discard(payload: unknown): void {
  if (payload instanceof Readable) payload.destroy();
}

function notAwaitable(reply: FastifyReply): FastifyReply {
  const proxy: FastifyReply = new Proxy(reply, {
    get(target, key) {
      if (key === 'then') return undefined;
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const result: unknown = value.apply(target, args);
        return result === target ? proxy : result;
      };
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  });
  return proxy;
}
