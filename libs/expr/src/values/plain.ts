import { MAX_DATA_DEPTH } from '../evaluator/limits';
import { Byte, Float } from './boxes';
import { entriesOf, sortedKeys } from './entries';
import { isAnyMap, isList, isNil } from './kinds';
import type { Value } from './value';
import { formatTime, RFC3339_NANO } from '../time/format';
import { Time } from '../time/time';

/**
 * A value as plain JavaScript, for whoever does not need the language's types: ints and floats become numbers (bigints
 * beyond 2^53), maps objects, times RFC 3339 text, durations and names their text, functions undefined.
 */
export function toPlain(value: Value, depth = 0): unknown {
  if (depth > MAX_DATA_DEPTH) throw new RangeError('value is nested too deeply for plain JavaScript');
  if (isNil(value)) return null;
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((item) => toPlain(item, depth + 1));
  if (isAnyMap(value)) {
    const entries = entriesOf(value);
    const plain = (key: Value) =>
      [String(toPlain(key, depth + 1)), toPlain(entries.get(key) ?? null, depth + 1)] as const;
    return Object.fromEntries(sortedKeys(value).map(plain));
  }
  if (value instanceof Float || value instanceof Byte) return value.value;
  if (value instanceof Time) return formatTime(value, RFC3339_NANO);
  return 'callable' in value ? undefined : value.toString();
}
