import type { Handler, Middleware } from '@tork/middleware';
import { ChainWatch, compose } from '@tork/middleware';
import { silentLogger } from '@tork/observability';
import type { Logger } from '@tork/observability';
import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { prepareErrorAnswer } from '../http/answer-error';
import { pathOf } from '../http/query';
import { AnswerSentError, UnansweredRequestError, WebMiddlewareTimeoutError } from './errors';
import { Exchange } from './exchange';
import type { WebContext } from './web-context';

export interface WebChainOptions {
  /** Longest body in bytes that a link may read. */
  bodyLimit: number;
  log: Logger;
  /** How long a link may take by itself before its request is answered without it. Default 30,000. */
  settlesWithinMs?: number;
}

/** A request in the chain. */
interface Visit {
  readonly exchange: Exchange;
  /** The innermost link that it has reached. */
  reached: string;
}

/**
 * Runs the web middleware of extenders around everything else that becomes of a request: the built-in middleware, the
 * routes, and the answer to unknown paths. The answer is held back until the last link has ended.
 */
export class WebChain {
  private links: readonly Middleware<WebContext>[] = [];
  private readonly open = new Set<Exchange>();
  private readonly visits = new WeakMap<WebContext, Visit>();
  private options: WebChainOptions = { bodyLimit: 0, log: silentLogger() };
  private watch: ChainWatch | undefined;
  private isStopped = false;

  /** The links, outermost first. To be called before the server listens. */
  use(links: readonly Middleware<WebContext>[]): void {
    this.links = links.map((link) => this.followed(link));
  }

  /** Puts the chain in front of all hooks that are added to the server later. */
  install(instance: FastifyInstance, options: WebChainOptions): void {
    this.options = options;
    this.watch = new ChainWatch({
      afterMs: options.settlesWithinMs,
      report: (name, forMs, context) => this.timeOut(name, forMs, this.visits.get(context as WebContext)!),
    });
    instance.decorateRequest('exchange', undefined);
    instance.addHook('onRequest', (request, reply, done) => {
      if (this.links.length === 0) done();
      else this.begin(request, reply, done);
    });
    instance.addHook('preParsing', (request, _reply, payload, done) => {
      const replay = request.exchange?.replay();
      if (replay) replay.then((body) => done(null, body), done);
      else done(null, payload);
    });
    instance.addHook('onSend', (request, _reply, payload, done) => {
      if (request.exchange) request.exchange.ready(payload, done);
      else done(null, payload);
    });
  }

  /** The exchange of a request; endpoints ask for it where no middleware has. */
  exchangeOf(request: FastifyRequest, reply: FastifyReply): Exchange {
    if (request.exchange) return request.exchange;
    const exchange: Exchange = new Exchange(request, reply, {
      bodyLimit: this.options.bodyLimit,
      held: this.links.length > 0,
      ended: () => this.open.delete(exchange),
    });
    this.open.add(exchange);
    if (this.isStopped) exchange.stop();
    return (request.exchange = exchange);
  }

  /** Tells all who listen for it that the server stops; requests go on. */
  stop(): void {
    this.isStopped = true;
    for (const exchange of this.open) exchange.stop();
  }

  private begin(request: FastifyRequest, reply: FastifyReply, proceed: HookHandlerDoneFunction): void {
    const exchange = this.exchangeOf(request, reply);
    const visit: Visit = { exchange, reached: 'anonymous' };
    this.visits.set(exchange.context, visit);
    const handler: Handler<WebContext> = async () => {
      if (exchange.isSent) throw new AnswerSentError();
      if (exchange.isAnswered) return; // a link has answered and calls next all the same: its answer stands
      proceed();
      await exchange.answered;
    };
    compose(
      this.links,
      handler,
      this.watch,
    )(exchange.context).then(
      () => {
        if (exchange.isSent) return;
        if (exchange.isAnswered) exchange.release();
        else this.fail(visit, new UnansweredRequestError(visit.reached));
      },
      (error: unknown) => this.fail(visit, error),
    );
  }

  /** The same link, but leaving word that it was reached: the last one to do so is to blame for a missing answer. */
  private followed(link: Middleware<WebContext>): Middleware<WebContext> {
    const name = link.name || 'anonymous';
    const followed: Middleware<WebContext> = (context, next) => {
      this.visits.get(context)!.reached = name;
      return link(context, next);
    };
    return Object.defineProperty(followed, 'name', { value: name });
  }

  private timeOut(middleware: string, forMs: number, visit: Visit): void {
    const { request } = visit.exchange;
    const fields = { middleware, forMs, method: request.method, path: pathOf(request.raw.url) };
    this.options.log.warn(fields, 'a web middleware does not settle');
    this.fail(visit, new WebMiddlewareTimeoutError(middleware, forMs));
  }

  private fail({ exchange }: Visit, error: unknown): void {
    const { log } = this.options;
    const { reply, request } = exchange;
    if (exchange.isSent) {
      log.debug({ error, requestId: request.id }, 'a web middleware failed after its request was answered');
      return;
    }
    if (error instanceof UnansweredRequestError) {
      const { middleware } = error;
      log.error({ middleware, requestId: request.id }, 'a web middleware neither answered nor called next');
    }
    const { status, body } = prepareErrorAnswer(error, request, reply, log);
    exchange.fail(status, body);
  }
}
