import { TorkError } from '@tork/core';
import type { ChainWatch } from './chain-watch';
import { compose } from './compose';
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
    const timer = setTimeout(() => reject((timeout = new MiddlewareTimeoutError(kind, limitMs))), limitMs);
    const guarded: Handler<C> = (inner) => (timeout ? Promise.reject(timeout) : handler(inner));
    compose(
      chain,
      guarded,
      watch,
    )(context).then(
      () => {
        clearTimeout(timer);
        resolve();
      },
      (cause: unknown) => {
        clearTimeout(timer);
        reject(cause as Error);
      },
    );
  });
}
