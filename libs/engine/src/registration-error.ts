import { TorkError } from '@tork/core';
import { isMiddlewareClass } from '@tork/middleware';

/** Something was registered twice under one name, or is not what is registered there. */
export class RegistrationError extends TorkError {
  readonly code = 'INVALID_REGISTRATION';
}

export function expectName(what: string, name: unknown): void {
  if (typeof name !== 'string' || name === '') refuse(what, 'a name', name);
}

export function expectFunction(what: string, value: unknown): void {
  if (typeof value !== 'function') refuse(what, 'a function', value);
}

export function expectMethods(what: string, value: unknown, methods: readonly string[]): void {
  const missing = methods.filter((method) => typeof (value as Record<string, unknown> | null)?.[method] !== 'function');
  if (missing.length === 0) return;
  const found = typeof value === 'object' && value !== null ? `an object without ${missing.join(', ')}` : value;
  refuse(what, `an object with the methods ${methods.join(', ')}`, found);
}

export function expectMiddleware(what: string, value: unknown): void {
  if (typeof value === 'function') return void isMiddlewareClass(value as never); // a class must be injectable
  const isLink = typeof (value as { handle?: unknown } | null | undefined)?.handle === 'function';
  if (!isLink)
    refuse(what, 'a function (context, next), an object with a method handle, or an injectable class', value);
}

function refuse(what: string, expected: string, found: unknown): never {
  throw new RegistrationError(`${what}: expected ${expected}, found ${describe(found)}`);
}

function describe(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name || 'without a name'}`;
  if (typeof value === 'object' && value !== null) return `an object of ${value.constructor?.name ?? 'no class'}`;
  return typeof value === 'string' ? value || 'an empty text' : String(value);
}
