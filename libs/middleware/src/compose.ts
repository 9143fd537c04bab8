import { TorkError } from '@tork/core';
import type { ChainWatch } from './chain-watch';

/** What stands behind the last link of a chain, and what a composed chain looks like from outside. */
export type Handler<C> = (context: C) => Promise<void>;

/**
 * A link: does something before and after `next`, or instead of it. `next` may be called once. The chain ends when the
 * link and everything behind it have ended, also where a link forgot to await `next`.
 */
export type Middleware<C> = (context: C, next: () => Promise<void>) => Promise<void> | void;

/** A link called `next` a second time. */
export class NextCalledTwiceError extends TorkError {
  readonly code = 'NEXT_CALLED_TWICE';
  constructor(readonly middleware: string) {
    super(`middleware ${middleware} called next twice`);
  }
}

/**
 * One function out of a chain of links and the handler behind them. The first link is the outermost. One that does not
 * call `next` ends the chain there. `watch` reports links that take too long, see {@link ChainWatch}.
 */
export const compose = <C>(chain: readonly Middleware<C>[], handler: Handler<C>, watch?: ChainWatch): Handler<C> =>
  chain.reduceRight<Handler<C>>((next, middleware) => link(middleware, next, watch), handler);

function link<C>(middleware: Middleware<C>, behind: Handler<C>, watch: ChainWatch | undefined): Handler<C> {
  const name = middleware.name || 'anonymous';
  return async (context) => {
    const visit = watch?.enter(name);
    let rest: Promise<void> | undefined;
    let restEnded = false;
    const next = () => {
      if (rest) return Promise.reject(new NextCalledTwiceError(name));
      visit?.leave();
      rest = behind(context).finally(() => {
        restEnded = true;
        visit?.enter();
      });
      // A link that neither awaits `next` nor waits for it would otherwise end the process when the rest fails.
      rest.catch(() => undefined);
      return rest;
    };
    try {
      const own = middleware(context, next);
      await own;
      // Not waited for: the link returned no promise, or one that was settled first.
      if (rest && (!own || !restEnded)) await rest;
    } finally {
      visit?.end();
    }
  };
}
