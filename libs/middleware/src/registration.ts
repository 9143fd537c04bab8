import { TorkError } from '@tork/core';
import type { Type } from '@nestjs/common';
import { INJECTABLE_WATERMARK } from '@nestjs/common/constants';
import type { Middleware } from './compose';

/**
 * What can be registered as a link: a function, an object with `handle`, or an `@Injectable()` class with `handle`,
 * which Nest creates with what its constructor asks for.
 */
export type MiddlewareEntry<C> = Middleware<C> | { handle: Middleware<C> } | Type<{ handle: Middleware<C> }>;

/** Something that is no link was registered as one. */
export class InvalidMiddlewareError extends TorkError {
  readonly code = 'INVALID_MIDDLEWARE';
}

export function isMiddlewareClass<C>(entry: MiddlewareEntry<C>): entry is Type<{ handle: Middleware<C> }> {
  if (typeof entry !== 'function') return false;
  if (isInjectable(entry)) return true;
  if (!/^class\b/.test(Function.prototype.toString.call(entry))) return false;
  throw new InvalidMiddlewareError(`middleware class ${entry.name} must be decorated with @Injectable()`);
}

/** The mark of Nest's decorator: the one thing that tells a class from a function, whatever it was compiled to. */
const isInjectable = (target: object): boolean => Reflect.getMetadata(INJECTABLE_WATERMARK, target) === true;

/**
 * The function of a link, under the name that errors and reports use: the function's own, else the class's, else its
 * kind and place.
 */
export function toMiddleware<C>(link: Middleware<C> | { handle: Middleware<C> }, place: string): Middleware<C> {
  if (typeof link === 'function') return link.name ? link : named<C>(place, (context, next) => link(context, next));
  if (typeof link?.handle !== 'function') {
    throw new InvalidMiddlewareError(`${place} must be a function or have a method handle, found ${nameOf(link)}`);
  }
  return named<C>(nameOf(link), (context, next) => link.handle(context, next));
}

const named = <C>(name: string, middleware: Middleware<C>): Middleware<C> =>
  Object.defineProperty(middleware, 'name', { value: name });

const nameOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? value.constructor?.name || 'object' : typeof value;
