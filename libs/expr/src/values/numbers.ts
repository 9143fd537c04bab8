import { Byte, Float } from './boxes';
import { addInts, compareInts, multiplyInts, subtractInts } from './ints';
import { isInt } from './kinds';
import { pow } from './power';
import type { Int, Value } from './value';

/** A value that arithmetic takes. */
export type NumberValue = Int | Float | Byte;

export function isNumber(value: Value): value is NumberValue {
  return typeof value === 'number' || value instanceof Float || typeof value === 'bigint' || value instanceof Byte;
}

/** The int behind an int or a byte, or undefined. */
export function asInt(value: Value): Int | undefined {
  if (isInt(value)) return value;
  return value instanceof Byte ? value.value : undefined;
}

/** The number nearest to a value. */
export function toDouble(value: NumberValue): number {
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' ? Number(value) : value.value;
}

export function add(a: NumberValue, b: NumberValue): Int | Float {
  if (a instanceof Float || b instanceof Float) return new Float(toDouble(a) + toDouble(b));
  return addInts(unboxed(a), unboxed(b));
}

export function subtract(a: NumberValue, b: NumberValue): Int | Float {
  if (a instanceof Float || b instanceof Float) return new Float(toDouble(a) - toDouble(b));
  return subtractInts(unboxed(a), unboxed(b));
}

export function multiply(a: NumberValue, b: NumberValue): Int | Float {
  if (a instanceof Float || b instanceof Float) return new Float(toDouble(a) * toDouble(b));
  return multiplyInts(unboxed(a), unboxed(b));
}

export function negate(a: NumberValue): Int | Float {
  return a instanceof Float ? new Float(-a.value) : subtractInts(0, unboxed(a));
}

export function power(a: NumberValue, b: NumberValue): Float {
  return new Float(pow(toDouble(a), toDouble(b)));
}

/** Below 0, 0 or above 0; NaN when a NaN is among them, which no comparison accepts. */
export function compareNumbers(a: NumberValue, b: NumberValue): number {
  if (a instanceof Float || b instanceof Float) {
    const x = toDouble(a);
    const y = toDouble(b);
    return x < y ? -1 : x > y ? 1 : x === y ? 0 : NaN;
  }
  return compareInts(unboxed(a), unboxed(b));
}

/** Rounds halves away from zero, which `Math.round` does for positive numbers alone. */
export function roundHalfAway(value: number): number {
  const truncated = Math.trunc(value);
  return Math.abs(value - truncated) >= 0.5 ? truncated + Math.sign(value) : truncated;
}

function unboxed(value: Int | Byte): Int {
  return value instanceof Byte ? value.value : value;
}
