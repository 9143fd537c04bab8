import { chainDecorator, type ChainKind, type Middleware } from '@tork/middleware';
import type { WebContext } from './web-context';

/** The web links, `readonly Middleware<WebContext>[]`, outermost first. */
export const WEB_MIDDLEWARE = Symbol('WEB_MIDDLEWARE');
export const WEB_CHAIN: ChainKind<WebContext> = { name: 'web', token: WEB_MIDDLEWARE };

/** A link of the web chain as a class. */
export interface WebMiddleware {
  handle: Middleware<WebContext>;
}
/** Makes an injectable class a link of the web chain, wherever a module provides it. */
export const WebMiddleware = chainDecorator(WEB_CHAIN);
