/** What a link of a chain gets besides `next`: the event and what it is about, see the context types. */
export type Handler<C> = (context: C) => Promise<void>;

/** A link: does something before and after `next`, or instead of it. */
export type Middleware<C> = (context: C, next: () => Promise<void>) => Promise<void> | void;

/** The first middleware is the outermost. One that does not call `next` ends the chain there. */
export const compose = <C>(chain: readonly Middleware<C>[], handler: Handler<C>): Handler<C> =>
  chain.reduceRight<Handler<C>>(
    (next, middleware) => async (context) => middleware(context, () => next(context)),
    handler,
  );
