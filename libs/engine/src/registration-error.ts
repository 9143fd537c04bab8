import { TorkError } from '@tork/core';
import { isMiddlewareClass } from '@tork/middleware';
import { engineConfig } from './config';
import { MODES, isMode } from './mode';

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

export function expectMode(what: string, mode: unknown): void {
  if (typeof mode !== 'string' || !isMode(mode)) refuse(what, `one of ${MODES.join(', ')}`, mode);
}

/** A part of a configuration is no configuration: its defaults would be missing. */
export function expectConfig(config: unknown): void {
  expectOptions('config', config);
  const missing = Object.keys(engineConfig.shape).filter((key) => !Object.hasOwn(config as object, key));
  if (missing.length === 0) return;
  const expected = 'a whole configuration, as engineConfig.parse() or loadEngineConfig() makes it';
  throw new RegistrationError(`config: expected ${expected}, found one without ${missing.join(', ')}`);
}

export function expectOptions(what: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) refuse(what, 'an object of options', value);
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

export function refuse(what: string, expected: string, found: unknown): never {
  throw new RegistrationError(`${what}: expected ${expected}, found ${describe(found)}`);
}

function describe(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name || 'without a name'}`;
  if (typeof value === 'object' && value !== null) return `an object of ${value.constructor?.name ?? 'no class'}`;
  return typeof value === 'string' ? value || 'an empty text' : String(value);
}
