import type { Run } from '../evaluator/run';
import { Byte, Float } from './boxes';
import { compareInts } from './ints';
import { isInt } from './kinds';
import { compareNumbers, isNumber } from './numbers';
import { compareText } from './text';
import type { Value } from './value';
import { Duration } from '../time/duration';
import { Time } from '../time/time';

/**
 * Order of two numbers, strings, times or durations: below 0, 0 or above 0; NaN where a float NaN is among them.
 * Undefined for everything else, which has no order.
 */
export function compare(a: Value, b: Value, run: Run): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') {
    run.scan(Math.min(a.length, b.length));
    return compareText(a, b);
  }
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b);
  if (a instanceof Time && b instanceof Time) return a.compare(b);
  if (a instanceof Duration && b instanceof Duration) return compareInts(a.ns, b.ns);
  return undefined;
}

/** Order of the keys of a general map, total over all kinds: nil, bools, numbers, strings, then the rest by its text. */
export function compareKeys(a: Value, b: Value): number {
  const rank = rankOf(a) - rankOf(b);
  if (rank !== 0) return rank;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b) || 0;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Time && b instanceof Time) return a.compare(b);
  if (a instanceof Duration && b instanceof Duration) return compareInts(a.ns, b.ns);
  return compareText(String(a), String(b));
}

function rankOf(key: Value): number {
  if (key === null) return 0;
  if (typeof key === 'boolean') return 1;
  if (isInt(key) || key instanceof Float || key instanceof Byte) return 2;
  return typeof key === 'string' ? 3 : 4;
}
