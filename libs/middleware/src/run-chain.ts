import { TorkError } from '@tork/core';
import type { ChainWatch } from './chain-watch';
import { ChainRun } from './compose';
import type { Handler, Middleware } from './compose';

/** Longer than a link takes before it is reported, shorter than Postgres bears with an idle transaction (60 s). */
const LIMIT_MS = 45_000;

/** A chain did not end in time. What it was called for has failed, and its `next` does nothing any more. */
export class MiddlewareTimeoutError extends TorkError {
  readonly code = 'MIDDLEWARE_TIMEOUT';
  constructor(
    readonly kind: string,
    limitMs: number,
  ) {
    super(`a middleware of the ${kind} chain did not end within ${limitMs / 1000} seconds`);
  }
}

export interface RunOptions {
  readonly watch?: ChainWatch;
  /** How long the whole chain may take, what `next` does included. Default 45,000. */
  readonly limitMs?: number;
}

/**
 * Runs a chain for somebody who cannot wait for ever: a coordinator that holds rows and a place in a batch meanwhile, or
 * a client that waits for its answer. Rejects with what a link throws, or with {@link MiddlewareTimeoutError}.
 */
export function runChain<C>(
  kind: string,
  chain: readonly Middleware<C>[],
  handler: Handler<C>,
  context: C,
  { limitMs = LIMIT_MS, watch }: RunOptions,
): Promise<void> {
  if (chain.length === 0) return handler(context);
  return new Promise((resolve, reject) => {
    let timeout: MiddlewareTimeoutError | undefined;
    const expire = () => reject((timeout = new MiddlewareTimeoutError(kind, limitMs)));
    const guarded: Handler<C> = (inner) => (timeout ? Promise.reject(timeout) : handler(inner));
    const run = new ChainRun(chain, guarded, context, watch);
    if (watch) {
      // Its one timer serves all chains, which go by thousands a second.
      run.limit = { ms: limitMs, expire };
      run.run().then(resolve, reject);
      return;
    }
    const timer = setTimeout(expire, limitMs);
    const stop = () => clearTimeout(timer);
    const ended = run.run();
    ended.then(stop, stop);
    ended.then(resolve, reject);
  });
}
