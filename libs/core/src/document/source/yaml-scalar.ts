import type { ScalarTag } from './source';

const NULLS = new Set(['', '~', 'null', 'Null', 'NULL']);
const BOOLS = new Set(['true', 'True', 'TRUE', 'false', 'False', 'FALSE']);
/** Booleans of YAML 1.1: text everywhere but in a boolean field. */
const YES = /^(?:[yY]|yes|Yes|YES|on|On|ON)$/;
const NO = /^(?:[nN]|no|No|NO|off|Off|OFF)$/;

const BASED = /^[-+]?0(?:[xX][0-9a-fA-F]+|[bB][01]+|[oO]?[0-7]+)$/;
const DECIMAL = /^[-+]?[0-9]+$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const SPECIAL = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** Longer plain texts are no numbers that fit a field, whatever their digits. */
const MAX_NUMBER_LENGTH = 400;
const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** What a plain scalar is: the types that the original's YAML library knows, as far as a job document can tell them apart. */
export function plainTag(text: string): ScalarTag {
  if (NULLS.has(text)) return 'null';
  if (BOOLS.has(text)) return 'bool';
  if (text.length > MAX_NUMBER_LENGTH || !/^[-+.0-9]/.test(text)) return 'str';
  if (SPECIAL.test(text)) return 'float';
  const digits = withoutSeparators(text);
  if (integerOf(digits) !== undefined) return 'int';
  return FLOAT.test(digits) ? 'float' : 'str';
}

/** The value of an integer field: integers in all their notations, floats truncated; nothing if it is out of 64 bits. */
export function yamlInteger(tag: ScalarTag, text: string): number | undefined {
  if (tag !== 'int' && tag !== 'float') return undefined;
  const digits = withoutSeparators(text);
  const integer = integerOf(digits);
  if (integer !== undefined) return integer <= MAX_INT64 ? Number(integer) : undefined;
  const value = Math.trunc(Number(digits));
  return Number.isFinite(value) && value >= -(2 ** 63) && value < 2 ** 63 ? value + 0 : undefined;
}

/** The value of a boolean field: `true` and `false` unquoted, and the other words of YAML 1.1, quoted or not. */
export function yamlBoolean(tag: ScalarTag, text: string): boolean | undefined {
  if (tag === 'bool') return text.toLowerCase() === 'true';
  if (tag !== 'str') return undefined;
  return YES.test(text) ? true : NO.test(text) ? false : undefined;
}

/** `1_000` is 1000. A number that begins with its point has no separators. */
const withoutSeparators = (text: string): string => (text.startsWith('.') ? text : text.replaceAll('_', ''));

/** A whole number of 64 bits, with or without sign; `017` is octal, `08` is none and left to the floats. */
function integerOf(digits: string): bigint | undefined {
  const negative = digits.startsWith('-');
  const unsigned = digits.replace(/^[-+]/, '');
  let value: bigint;
  if (BASED.test(digits)) value = BigInt(unsigned.replace(/^0(?=[0-7])/, '0o').toLowerCase());
  else if (DECIMAL.test(digits) && (unsigned === '0' || !unsigned.startsWith('0'))) value = BigInt(unsigned);
  else return undefined;
  if (negative) return -value >= MIN_INT64 ? -value : undefined;
  return value < 2n ** 64n ? value : undefined;
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The text in a `!!binary` scalar, or nothing if it is no base64. Bytes that are no UTF-8 become U+FFFD. */
export function decodeBinary(text: string): string | undefined {
  const compact = text.replace(/[ \t\r\n]+/g, '');
  if (compact.length % 4 !== 0 || !BASE64.test(compact)) return undefined;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(compact, 'base64'));
}
