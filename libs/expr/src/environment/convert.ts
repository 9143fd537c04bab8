import { MAX_DATA_DEPTH } from '../evaluator/limits';
import { Byte, Float } from '../values/boxes';
import { intFromNumber, wrapInt } from '../values/ints';
import { LangFunction } from '../values/lang-function';
import { GeneralMap, StringMap } from '../values/maps';
import type { Value } from '../values/value';
import { Duration } from '../time/duration';
import { Location } from '../time/location';
import { Month, Weekday } from '../time/month';
import { Time } from '../time/time';

/** The host put something into a context that is no value of the language. A fault of the host, not of an expression. */
export class ContextError extends Error {
  readonly code = 'EXPRESSION_CONTEXT_INVALID';

  constructor(
    /** Where in the context, `job.tags[0]`. */
    readonly path: string,
    problem: string,
  ) {
    super(`context value ${path} ${problem}`);
    this.name = 'ContextError';
  }
}

/**
 * Turns a value of the host into one of the language, copying it. Numbers without fraction become ints, plain objects
 * and Maps maps, Dates times. Values of the language are taken as they are.
 */
export function fromHost(value: unknown, path: string, depth = 0): Value {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return (Number.isInteger(value) ? intFromNumber(value) : undefined) ?? new Float(value);
    case 'bigint':
      if (BigInt.asIntN(64, value) === value) return wrapInt(value);
      throw new ContextError(path, 'is a bigint of more than 64 bits');
    case 'undefined':
      return null;
    case 'object':
      return value === null ? null : fromObject(value, path, depth);
    default:
      throw new ContextError(path, `is a ${typeof value}; functions need defineFunction()`);
  }
}

const LANGUAGE_CLASSES = [Float, Byte, StringMap, GeneralMap, Time, Duration, Location, Month, Weekday, LangFunction];

function fromObject(value: object, path: string, depth: number): Value {
  if (depth > MAX_DATA_DEPTH) throw new ContextError(path, 'is nested too deeply');
  if (Array.isArray(value)) return value.map((item, i) => fromHost(item, `${path}[${i}]`, depth + 1));
  if (value instanceof Map) return fromEntries(value, path, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return fromEntries(Object.entries(value), path, depth);
  if (value instanceof Date) return Time.fromDate(value);
  if (LANGUAGE_CLASSES.some((type) => value instanceof type)) return value as Value;
  throw new ContextError(path, 'is an object of a class of its own, which the language does not know');
}

function fromEntries(entries: Iterable<[unknown, unknown]>, path: string, depth: number): Value {
  const map = new Map<string, Value>();
  for (const [key, value] of entries) {
    if (typeof key !== 'string') throw new ContextError(path, 'is a Map with keys that are no strings');
    map.set(key, fromHost(value, `${path}.${key}`, depth + 1));
  }
  return map;
}
