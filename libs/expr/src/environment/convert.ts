import { MAX_DATA_DEPTH } from '../evaluator/limits';
import { Byte, Float } from '../values/boxes';
import { intFromNumber, wrapInt } from '../values/ints';
import { LangFunction } from '../values/lang-function';
import { GeneralMap, HostMap, StringMap } from '../values/maps';
import type { Value } from '../values/value';
import { Duration } from '../time/duration';
import { Location } from '../time/location';
import { Month, Weekday } from '../time/month';
import { Time } from '../time/time';
import { HostRecord } from './record';

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

/** Why a value is none of the language. Where it is in the context, is looked up once that is known to matter. */
export class Refusal extends Error {}

/**
 * Turns a value of the host into one of the language. Numbers without fraction become ints, plain objects and Maps maps,
 * Dates times; values of the language are taken as they are. Members of plain objects are converted when they are asked
 * for. Throws Refusal, then or now.
 */
export function fromHost(value: unknown): Value {
  return convert(value, 0);
}

/** The place of the first value in a context that is none of the language. */
export function contextError(context: Readonly<Record<string, unknown>>, refusal: Refusal): ContextError {
  const path = pathToRefused(context, 0);
  return new ContextError(path?.replace(/^\./, '') ?? 'at an unknown place', refusal.message);
}

function convert(value: unknown, depth: number): Value {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return (Number.isInteger(value) ? intFromNumber(value) : undefined) ?? new Float(value);
    case 'bigint':
      return BigInt.asIntN(64, value) === value ? wrapInt(value) : refuse('is a bigint of more than 64 bits');
    case 'undefined':
      return null;
    case 'object':
      return value === null ? null : convertObject(value, depth);
    default:
      return refuse(`is a ${typeof value}, which needs defineFunction() if it is to be called`);
  }
}

const LANGUAGE_CLASSES = [
  Float,
  Byte,
  StringMap,
  HostMap,
  GeneralMap,
  Time,
  Duration,
  Location,
  Month,
  Weekday,
  LangFunction,
];

function convertObject(value: object, depth: number): Value {
  if (depth > MAX_DATA_DEPTH) return refuse('is nested too deeply');
  if (Array.isArray(value)) return convertList(value, depth);
  if (isPlain(value)) return new HostMap(value, fromHost);
  if (value instanceof HostRecord) return new HostMap(value.members, fromHost);
  if (value instanceof Map) return convertMap(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? refuse('is an invalid Date') : Time.fromDate(value);
  if (LANGUAGE_CLASSES.some((type) => value instanceof type)) return value as Value;
  return refuse('is an object of a class of its own, which the language does not know');
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function convertList(value: readonly unknown[], depth: number): Value {
  const list = new Array<Value>(value.length);
  for (let i = 0; i < value.length; i++) list[i] = convert(value[i], depth + 1);
  return list;
}

function convertMap(value: ReadonlyMap<unknown, unknown>, depth: number): Value {
  const map = new Map<string, Value>();
  for (const [key, member] of value) {
    if (typeof key !== 'string') return refuse('is a Map with keys that are no strings');
    map.set(key, convert(member, depth + 1));
  }
  return map;
}

function refuse(problem: string): never {
  throw new Refusal(problem);
}

/** The way from a value to the first part of it that is refused, or undefined if there is none. */
function pathToRefused(value: unknown, depth: number): string | undefined {
  const isList = Array.isArray(value);
  if (typeof value === 'object' && value !== null && depth <= MAX_DATA_DEPTH && (isList || isPlain(value))) {
    for (const [key, member] of Object.entries(value)) {
      const path = pathToRefused(member, depth + 1);
      if (path !== undefined) return (isList ? `[${key}]` : `.${key}`) + path;
    }
    return undefined;
  }
  try {
    convert(value, depth);
    return undefined;
  } catch {
    return '';
  }
}
