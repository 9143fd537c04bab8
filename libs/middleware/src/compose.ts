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

const ignore = (): void => undefined;

/**
 * One context on its way. Every task of every job comes through here several times, so a link costs its call, three
 * closures and one promise, and one that only passes on (`(_, next) => next()`) not even that promise.
 */
export class ChainRun<C> implements Passage {
  /** Place of the link that has the context; behind the last one it is the handler's. */
  private at = 0;
  /** All links from this place on have ended, and the handler, whose place is behind them. */
  private endedFrom = Infinity;
  /** Places of links that handed over what comes behind as their own end. */
  private passedOn: Set<number> | undefined;
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
    this.hold(place);
    const link = this.chain[place];
    try {
      return link ? this.through(link, place) : this.followed(this.handler(this.context), place, undefined);
    } catch (cause) {
      return this.followed(Promise.reject(cause as Error), place, undefined);
    }
  }

  private through(link: Middleware<C>, place: number): Promise<void> {
    let rest: Promise<void> | undefined;
    const next = () => {
      if (rest) return Promise.reject(new NextCalledTwiceError(nameOf(link)));
      return (rest = this.enter(place + 1));
    };
    const own = link(this.context, next) as Promise<void> | undefined;
    if (typeof own?.then === 'function' && own !== rest) return this.followed(own, place, () => rest);
    (this.passedOn ??= new Set()).add(place);
    return rest ?? Promise.resolve();
  }

  /** What ends when `own` has ended, and `rest` behind it, whether `own` waited for that or not. */
  private followed(
    own: PromiseLike<void>,
    place: number,
    rest: (() => Promise<void> | undefined) | undefined,
  ): Promise<void> {
    const end = () => {
      this.endedFrom = place;
      this.release(place);
    };
    const ended: Promise<void> = Promise.resolve(own).then(
      () => {
        const behind = this.endedFrom > place + 1 ? rest?.() : undefined;
        if (!behind) return end();
        return behind.finally(end); // the link settled first
      },
      (cause: unknown) => {
        // Heard in any case: a link that does not wait for `next` would otherwise end the process.
        ended.catch(ignore);
        end();
        throw cause;
      },
    );
    return ended;
  }

  private hold(place: number): void {
    this.at = place;
    if (this.watch) this.heldSince = this.watch.now;
  }

  /** Gives the context back to the next link outwards that waits for it. */
  private release(place: number): void {
    let outer = place - 1;
    while (this.passedOn?.has(outer)) outer -= 1;
    this.hold(outer);
  }
}
