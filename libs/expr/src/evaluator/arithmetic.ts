import { fail } from '../errors/failure';
import type { BinaryOperator } from '../parser/ast';
import { toIndex } from '../types/params';
import { Float } from '../values/boxes';
import { remainder } from '../values/ints';
import { describe, isInt } from '../values/kinds';
import { add, asInt, isNumber, multiply, power, subtract, toDouble } from '../values/numbers';
import { compare } from '../values/order';
import { rangeOf } from '../values/range';
import type { Value } from '../values/value';
import { Duration } from '../time/duration';
import { Time } from '../time/time';
import type { Run } from './run';

/** The operators that compute, on any operands; they fail for those that they do not take. */

export function sum(run: Run, a: Value, b: Value, at: number): Value {
  if (isNumber(a) && isNumber(b)) return add(a, b);
  if (typeof a === 'string' && typeof b === 'string') {
    run.at = at;
    run.grow(a.length + b.length);
    return a + b;
  }
  if (a instanceof Duration) {
    if (b instanceof Duration) return new Duration(a.ns + b.ns);
    if (b instanceof Time) return b.add(a);
  }
  if (a instanceof Time && b instanceof Duration) return a.add(b);
  return mismatch('+', a, b, at);
}

export function difference(_run: Run, a: Value, b: Value, at: number): Value {
  if (isNumber(a) && isNumber(b)) return subtract(a, b);
  if (a instanceof Time) {
    if (b instanceof Time) return a.since(b);
    if (b instanceof Duration) return a.add(new Duration(-b.ns));
  }
  if (a instanceof Duration && b instanceof Duration) return new Duration(a.ns - b.ns);
  return mismatch('-', a, b, at);
}

export function product(_run: Run, a: Value, b: Value, at: number): Value {
  if (isNumber(a) && isNumber(b)) return multiply(a, b);
  if (a instanceof Duration) return scaled(a, b) ?? mismatch('*', a, b, at);
  if (b instanceof Duration) return scaled(b, a) ?? mismatch('*', a, b, at);
  return mismatch('*', a, b, at);
}

/** A float makes a plain number of nanoseconds of a duration. */
function scaled(duration: Duration, factor: Value): Value | undefined {
  if (factor instanceof Duration) return new Duration(duration.ns * factor.ns);
  if (factor instanceof Float) return new Float(Number(duration.ns) * factor.value);
  const times = asInt(factor);
  return times === undefined ? undefined : new Duration(duration.ns * BigInt(times));
}

export function quotient(_run: Run, a: Value, b: Value, at: number): Value {
  if (isNumber(a) && isNumber(b)) return new Float(toDouble(a) / toDouble(b));
  return mismatch('/', a, b, at);
}

export function raised(_run: Run, a: Value, b: Value, at: number): Value {
  return isNumber(a) && isNumber(b) ? power(a, b) : mismatch('**', a, b, at);
}

export function modulo(_run: Run, a: Value, b: Value, at: number): Value {
  const dividend = asInt(a);
  const divisor = asInt(b);
  if (dividend === undefined || divisor === undefined) return mismatch('%', a, b, at);
  return divisor === 0 ? fail('division by zero', at) : remainder(dividend, divisor);
}

export function range(run: Run, a: Value, b: Value, at: number): Value {
  const first = toIndex(a);
  const last = toIndex(b);
  if (first === undefined || last === undefined) return mismatch('..', a, b, at);
  run.at = at;
  return rangeOf(run, first, last);
}

/** `<`, `<=`, `>` and `>=`. */
export function ordering(operator: BinaryOperator, run: Run, a: Value, b: Value, at: number): boolean {
  const order = compare(a, b, run) ?? mismatch(operator, a, b, at);
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}

/** Whether a value is a member of `first..last`, without making the list. */
export function isInRange(item: Value, first: Value, last: Value, at: number): boolean {
  const from = toIndex(first);
  const to = toIndex(last);
  if (from === undefined || to === undefined) return mismatch('..', first, last, at);
  if (!isNumber(item)) return false;
  const value = item instanceof Float ? item.value : asInt(item);
  if (value === undefined || value < from || value > to) return false;
  return isInt(item) || Number.isInteger(Number(value));
}

export function mismatch(operator: string, a: Value, b: Value, at: number): never {
  return fail(`${operator} does not work on ${describe(a)} and ${describe(b)}`, at);
}
