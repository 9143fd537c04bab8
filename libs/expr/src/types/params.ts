import { Float } from '../values/boxes';
import { intFromNumber } from '../values/ints';
import { describe, isAnyMap, isList } from '../values/kinds';
import { asInt, isNumber, type NumberValue } from '../values/numbers';
import type { AnyMap, Int, List, Value } from '../values/value';
import { Duration } from '../time/duration';
import { Location } from '../time/location';
import { Time } from '../time/time';
import { fail } from '../errors/failure';
import type { Param } from './callable';
import { isMapKind, isNumeric } from './type';

/** Everything, also nil. */
export const anything: Param<Value> = { label: 'a value', accepts: () => true, read: (value) => value };

export const text: Param<string> = {
  label: 'a string',
  accepts: (type) => type.kind === 'string',
  read: (value) => (typeof value === 'string' ? value : undefined),
};

export const bool: Param<boolean> = {
  label: 'a bool',
  accepts: (type) => type.kind === 'bool',
  read: (value) => (typeof value === 'boolean' ? value : undefined),
};

/** An int; a float does not fit, even an integral one. */
export const int: Param<Int> = { label: 'an int', accepts: (type) => type.kind === 'int', read: asInt };

/** An int, or a float of unknown static type, which is truncated: counts and indexes. */
export const index: Param<Int> = { label: 'an int', accepts: (type) => type.kind === 'int', read: toIndex };

export const number: Param<NumberValue> = {
  label: 'a number',
  accepts: isNumeric,
  read: (value) => (isNumber(value) ? value : undefined),
};

export const list: Param<List> = {
  label: 'a list',
  accepts: (type) => type.kind === 'list',
  read: (value) => (isList(value) ? value : undefined),
};

export const map: Param<AnyMap> = { label: 'a map', accepts: isMapKind, read: asMap };

/** What `len` counts. */
export const sized: Param<string | List | AnyMap> = {
  label: 'a string, list or map',
  accepts: (type) => type.kind === 'string' || type.kind === 'list' || isMapKind(type),
  read: (value) => (typeof value === 'string' || isList(value) ? value : asMap(value)),
};

/** Numbers, and lists of them to any depth; what is in a list shows at run time. */
export const numbers: Param<NumberValue | List> = {
  label: 'a number or a list of numbers',
  accepts: (type) => isNumeric(type) || type.kind === 'list',
  endsCheck: (type) => !isNumeric(type),
  read: (value) => (isNumber(value) || isList(value) ? value : undefined),
};

export const time: Param<Time> = {
  label: 'a time',
  accepts: (type) => type.kind === 'time',
  read: (value) => (value instanceof Time ? value : undefined),
};

export const duration: Param<Duration> = {
  label: 'a duration',
  accepts: (type) => type.kind === 'duration',
  read: (value) => (value instanceof Duration ? value : undefined),
};

export const location: Param<Location> = {
  label: 'a location',
  accepts: (type) => type.kind === 'location',
  read: (value) => (value instanceof Location ? value : undefined),
};

/** An int; a float is truncated. Undefined for anything else, and for floats without an int. */
export function toIndex(value: Value): Int | undefined {
  if (typeof value === 'number') return value;
  return value instanceof Float ? intFromNumber(Math.trunc(value.value)) : asInt(value);
}

function asMap(value: Value): AnyMap | undefined {
  return isAnyMap(value) ? value : undefined;
}

/** An argument as the parameter reads it; fails with name and place of the argument. */
export function readArgument(name: string, param: Param, position: number, value: Value): unknown {
  const read = param.read(value);
  if (read !== undefined) return read;
  return fail(`argument ${position} of ${name} must be ${param.label}, found ${describe(value)}`);
}
