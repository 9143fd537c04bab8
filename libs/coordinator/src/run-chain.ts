import { TorkError } from '@tork/core';
import type { ChainWatch, Handler, Middleware } from '@tork/middleware';
import { compose } from '@tork/middleware';

/** Longer than a link takes before it is reported, shorter than Postgres bears with an idle transaction (60 s). */
const LIMIT_MS = 45_000;

/** A link did not end in time. What it was called for has failed, and its `next` does nothing any more. */
export class MiddlewareTimeoutError extends TorkError {
  readonly code = 'MIDDLEWARE_TIMEOUT';
  constructor(
    readonly kind: string,
    limitMs: number,
  ) {
    super(`a middleware of the ${kind} chain did not end within ${limitMs / 1000} seconds`);
  }
}

export interface ChainOptions {
  readonly watch?: ChainWatch;
  /** How long the whole chain may take, what `next` does included. Default 45,000. */
  readonly limitMs?: number;
}

/**
 * Runs a chain of the coordinator, which holds rows and a place in a batch meanwhile: one that hangs would stop whatever
 * this process is there for.
 */
export async function runChain<C>(
  kind: string,
  chain: readonly Middleware<C>[],
  handler: Handler<C>,
  context: C,
  { limitMs = LIMIT_MS, watch }: ChainOptions,
): Promise<void> {
  if (chain.length === 0) return handler(context);
  let timeout: MiddlewareTimeoutError | undefined;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject((timeout = new MiddlewareTimeoutError(kind, limitMs))), limitMs);
  });
  const guarded: Handler<C> = (inner) => (timeout ? Promise.reject(timeout) : handler(inner));
  const run = compose(chain, guarded, watch)(context);
  try {
    await Promise.race([run, late]);
  } finally {
    clearTimeout(timer);
    run.catch(() => undefined); // it may still fail when nobody waits any more
  }
}
