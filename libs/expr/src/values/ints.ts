import type { Int } from './value';

const MAX_SAFE = Number.MAX_SAFE_INTEGER;

/** Brings a bigint into the one form that an int of its value has, wrapping around at 64 bits. */
export function wrapInt(value: bigint): Int {
  const wrapped = BigInt.asIntN(64, value);
  return wrapped >= -MAX_SAFE && wrapped <= MAX_SAFE ? Number(wrapped) : wrapped;
}

/** An int from a number that has no fraction, or undefined outside of 64 bits. */
export function intFromNumber(value: number): Int | undefined {
  if (Number.isSafeInteger(value)) return value + 0; // -0 becomes 0
  return value >= -(2 ** 63) && value < 2 ** 63 ? wrapInt(BigInt(value)) : undefined;
}

export function addInts(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (sum <= MAX_SAFE && sum >= -MAX_SAFE) return sum;
  }
  return wrapInt(BigInt(a) + BigInt(b));
}

export function subtractInts(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (difference <= MAX_SAFE && difference >= -MAX_SAFE) return difference;
  }
  return wrapInt(BigInt(a) - BigInt(b));
}

export function multiplyInts(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (product <= MAX_SAFE && product >= -MAX_SAFE) return product + 0; // -0 becomes 0
  }
  return wrapInt(BigInt(a) * BigInt(b));
}

/** The remainder with the sign of the dividend. The divisor must not be 0. */
export function remainder(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') return (a % b) + 0; // -0 becomes 0
  return wrapInt(BigInt(a) % BigInt(b));
}

/** Below 0, 0 or above 0. Numbers and bigints compare exactly with each other. */
export function compareInts(a: Int, b: Int): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
