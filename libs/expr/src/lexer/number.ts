import { fail } from '../errors/failure';
import { Float } from '../values/boxes';
import { wrapInt } from '../values/ints';
import type { Int } from '../values/value';
import type { Token } from './token';

/** A number in full; the point of `1..3` is none of it. */
const DECIMAL = /(?:\d[\d_]*)?(?:\.(?!\.)[\d_]*)?(?:[eE][+-]?[\d_]*)?/y;
const PREFIXED = /0(?:[xX][\da-fA-F_]*|[oO][0-7_]*|[bB][01_]*)/y;

/** What may not follow a number directly, because it would look like a part of it. */
const CONTINUES = /[\p{L}\p{Nd}_$]/uy;
const FRACTION_OR_EXPONENT = /\.(?!\.)/y;

const MAX_INT = 2n ** 63n - 1n;

/** Reads the number that begins at an offset. */
export function readNumber(source: string, at: number): Token {
  const prefixed = matchAt(PREFIXED, source, at);
  const text = prefixed ?? matchAt(DECIMAL, source, at) ?? '';
  const end = at + text.length;
  if (matchAt(CONTINUES, source, end) !== undefined) fail('bad number: unexpected character after it', end);
  const digits = text.replaceAll('_', '');
  if (prefixed !== undefined) {
    if (matchAt(FRACTION_OR_EXPONENT, source, end) !== undefined)
      fail('bad number: a fraction needs decimal digits', end);
    if (digits.length < 3) fail('bad number: no digits after its prefix', at);
    return { kind: 'number', text, at, value: toInt(digits.toLowerCase(), at) };
  }
  if (/^\d+$/.test(digits)) return { kind: 'number', text, at, value: toInt(digits, at) };
  if (!/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(digits)) fail('bad number: no digits in its exponent', at);
  const value = Number(digits);
  if (!Number.isFinite(value)) fail('number is out of the range of a float', at);
  return { kind: 'number', text, at, value: new Float(value) };
}

function toInt(digits: string, at: number): Int {
  const significant = digits.replace(/^0+(?=\d)/, '');
  const value = significant.length < 80 ? BigInt(significant) : MAX_INT + 1n;
  return value <= MAX_INT ? wrapInt(value) : fail('number is out of the range of an int', at);
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}
