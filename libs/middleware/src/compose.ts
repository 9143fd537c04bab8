import { TorkError } from '@tork/core';
import type { ChainWatch, Passage } from './chain-watch';

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
export const compose =
  <C>(chain: readonly Middleware<C>[], handler: Handler<C>, watch?: ChainWatch): Handler<C> =>
  (context) =>
    chain.length === 0 ? handler(context) : new ChainRun(chain, handler, context, watch).run();

const nameOf = (link: (...args: never[]) => unknown): string => link.name || 'anonymous';

/**
 * One context on its way. Every task of every job comes through here several times, so a link costs a call, a closure
 * and what is needed to know when the rest has ended, and one that only passes on (`(_, next) => next()`) hardly that.
 */
export class ChainRun<C> implements Passage {
  /** Place of the link that has the context; behind the last one it is the handler's. */
  private at = 0;
  heldSince = 0;
  begunAt = 0;
  limit: Passage['limit'];

  constructor(
    private readonly chain: readonly Middleware<C>[],
    private readonly handler: Handler<C>,
    readonly context: C,
    private readonly watch: ChainWatch | undefined,
  ) {}

  get holder(): string | undefined {
    const link = this.chain[this.at];
    return link && nameOf(link);
  }

  run(): Promise<void> {
    const { watch } = this;
    if (!watch) return this.enter(0);
    watch.begin(this);
    this.begunAt = watch.now;
    const ended = this.enter(0);
    const end = () => watch.end(this);
    ended.then(end, end);
    return ended;
  }

  private enter(place: number): Promise<void> {
    this.moveTo(place);
    const link = this.chain[place];
    try {
      return link ? this.through(link, place) : this.handler(this.context);
    } catch (cause) {
      return Promise.reject(cause);
    }
  }

  private through(link: Middleware<C>, place: number): Promise<void> {
    let rest: Promise<void> | undefined;
    let restEnded = false;
    const next = () => {
      if (rest) return Promise.reject(new NextCalledTwiceError(nameOf(link)));
      rest = this.enter(place + 1);
      const back = () => {
        restEnded = true;
        this.moveTo(place);
      };
      // Heard in any case: a link that neither awaits `next` nor waits for it would end the process when the rest fails.
      rest.then(back, back);
      return rest;
    };
    const own = link(this.context, next) as Promise<void> | undefined;
    if (own === rest && rest) return rest;
    if (typeof own?.then !== 'function') return rest ?? Promise.resolve();
    // Not waited for: the link settled first.
    return Promise.resolve(own).then(() => (restEnded ? undefined : rest));
  }

  private moveTo(place: number): void {
    this.at = place;
    if (this.watch) this.heldSince = this.watch.now;
  }
}
