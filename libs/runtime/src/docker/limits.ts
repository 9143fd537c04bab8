import { quote } from '@tork/core';
import { TaskFailedError } from '../errors';

const NANOS = 1_000_000_000n;
/** Enough for any number of CPUs, and too few digits to compute with for long. */
const MAX_DIGITS = 30;

/**
 * The billionths of a CPU of a rational number as text: `.25`, `1`, `1/2`, `5e-1`.
 *
 * @throws TaskFailedError
 */
export function parseCpus(text: string): number {
  const rational = parseRational(text);
  if (!rational) throw new TaskFailedError(`invalid CPUs value: failed to parse ${text} as a rational number`);
  const { numerator, denominator } = rational;
  if ((numerator * NANOS) % denominator !== 0n) throw new TaskFailedError('invalid CPUs value: value is too precise');
  const nanos = Number((numerator * NANOS) / denominator);
  if (!Number.isSafeInteger(nanos)) throw new TaskFailedError('invalid CPUs value: value is out of range');
  return nanos;
}

function parseRational(text: string): { numerator: bigint; denominator: bigint } | undefined {
  if (text.length > MAX_DIGITS) return undefined;
  const fraction = /^([+-]?\d+)\/(\d+)$/.exec(text);
  if (fraction) {
    const denominator = BigInt(fraction[2]!);
    return denominator === 0n ? undefined : { numerator: BigInt(fraction[1]!), denominator };
  }
  const decimal = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d{1,2}))?$/i.exec(text);
  const [, sign = '', whole = '', places = '', exponent = '0'] = decimal ?? [];
  if (whole === '' && places === '') return undefined;
  const digits = BigInt(whole + places) * (sign === '-' ? -1n : 1n);
  const shift = Number(exponent) - places.length;
  return shift >= 0
    ? { numerator: digits * 10n ** BigInt(shift), denominator: 1n }
    : { numerator: digits, denominator: 10n ** BigInt(-shift) };
}

const UNITS = ['b', 'k', 'm', 'g', 't', 'p'];

/**
 * The bytes of a size as text: a number, perhaps a blank, perhaps a unit `b k m g t p` (powers of 1024) with `b` or `ib`.
 *
 * @throws TaskFailedError
 */
export function parseMemory(text: string): number {
  const match = /^(\d+(?:\.\d+)?) ?(?:b|([kmgtp])(?:i?b)?)?$/i.exec(text);
  if (!match) throw new TaskFailedError(`invalid memory value: invalid size: ${quote(text)}`);
  const power = UNITS.indexOf((match[2] ?? 'b').toLowerCase());
  const bytes = Math.trunc(Number(match[1]) * 1024 ** power);
  if (!Number.isSafeInteger(bytes)) throw new TaskFailedError(`invalid memory value: ${quote(text)} is out of range`);
  return bytes;
}
