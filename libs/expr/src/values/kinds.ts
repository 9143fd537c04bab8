import { Byte, Float } from './boxes';
import { LangFunction } from './lang-function';
import { GeneralMap, HostMap, StringMap } from './maps';
import type { AnyMap, Int, List, Value, ValueMap } from './value';
import { Duration } from '../time/duration';
import { Location } from '../time/location';
import { Month, Weekday } from '../time/month';
import { Time } from '../time/time';

/** What a missing key of a `groupBy` result reads as: a list without items that equals nil. Told apart by identity. */
export const ABSENT_LIST: List = Object.freeze([]);

/** Whether `==` nil, `??` and `?.` take the value for nil. */
export function isNil(value: Value): boolean {
  return value === null || value === ABSENT_LIST || (value instanceof StringMap && value.absent);
}

export function isList(value: Value): value is List {
  return Array.isArray(value);
}

export function isMap(value: Value): value is ValueMap {
  return value instanceof Map || value instanceof HostMap;
}

export function isInt(value: Value): value is Int {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** The name that `type()` gives a value. */
export function typeName(value: Value): string {
  if (value === null) return 'nil';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    case 'number':
    case 'bigint':
      return 'int';
  }
  if (isList(value)) return 'array';
  if (isAnyMap(value)) return 'map';
  if (value instanceof Float) return 'float';
  if (value instanceof Byte) return 'uint';
  if (value instanceof Time) return 'time.Time';
  if (value instanceof Duration) return 'time.Duration';
  if (value instanceof Month) return 'time.Month';
  if (value instanceof Weekday) return 'time.Weekday';
  if (value instanceof LangFunction) return 'func';
  return 'unknown';
}

/** The name of a value's type in error messages, in the words of the documentation. */
export function describe(value: Value): string {
  if (isList(value)) return 'list';
  if (value instanceof Byte) return 'byte';
  if (value instanceof Location) return 'location';
  if (value instanceof LangFunction) return 'function';
  return typeName(value)
    .replace(/^time\./, '')
    .toLowerCase();
}

/** Whether a value is a map of any kind. */
export function isAnyMap(value: Value): value is AnyMap {
  return isMap(value) || value instanceof StringMap || value instanceof GeneralMap;
}
