import { define, type Callable, type Param } from '../types/callable';
import { anything, text } from '../types/params';
import { FLOAT, INT, STRING, UNKNOWN } from '../types/type';
import { fail } from '../errors/failure';
import { Float } from '../values/boxes';
import { textOf } from '../values/display';
import { intFromNumber, wrapInt } from '../values/ints';
import { typeName } from '../values/kinds';
import { isNumber, toDouble, type NumberValue } from '../values/numbers';
import { decodeUtf8 } from '../values/text';
import type { Value } from '../values/value';
import { Duration } from '../time/duration';
import { Month, Weekday } from '../time/month';
import { fromJson, toJson } from './json';

/** What `int` converts. */
const intSource: Param<string | NumberValue | Duration | Month | Weekday> = {
  label: 'a number, a string, a month, a weekday or a duration',
  accepts: ({ kind }) => ['int', 'float', 'string', 'month', 'weekday', 'duration'].includes(kind),
  read: (value) => {
    const isScalar = value instanceof Month || value instanceof Weekday || value instanceof Duration;
    return isScalar || typeof value === 'string' || isNumber(value) ? value : undefined;
  },
};

const floatSource: Param<string | NumberValue> = {
  label: 'a number or a string',
  accepts: ({ kind }) => ['int', 'float', 'string'].includes(kind),
  read: (value) => (typeof value === 'string' || isNumber(value) ? value : undefined),
};

/** Section "conversion" of the built-ins. */
export const CONVERSION_BUILTINS: readonly Callable[] = [
  define('int', [intSource], INT, (_run, value) => toInt(value)),
  define(
    'float',
    [floatSource],
    FLOAT,
    (_run, value) => new Float(typeof value === 'string' ? parseFloatText(value) : toDouble(value)),
  ),
  define('string', [anything], STRING, (run, value) => textOf(value, run)),
  define('type', [anything], STRING, (_run, value) => typeName(value)),
  define('toJSON', [anything], STRING, (run, value) => toJson(value, run)),
  define('fromJSON', [text], UNKNOWN, (run, json) => fromJson(json, run)),
  define('toBase64', [text], STRING, (run, s) => (run.grow(2 * s.length), Buffer.from(s).toString('base64'))),
  define('fromBase64', [text], STRING, (run, s) => (run.grow(s.length), decodeBase64(s))),
];

function toInt(value: string | NumberValue | Duration | Month | Weekday): Value {
  if (typeof value === 'string') return parseInt64(value);
  if (value instanceof Duration) return wrapInt(value.ns);
  if (value instanceof Float)
    return intFromNumber(Math.trunc(value.value)) ?? fail('int: the float is out of the range of an int');
  return typeof value === 'object' ? value.value : value;
}

function parseInt64(s: string): Value {
  if (!/^[+-]?\d+$/.test(s)) return fail('int needs a decimal number as text: a sign and digits, nothing else');
  const significant = s.replace(/^([+-]?)0+(?=\d)/, '$1');
  const value = significant.length < 30 ? BigInt(significant) : 2n ** 64n;
  if (BigInt.asIntN(64, value) !== value) return fail('int: the number is out of the range of an int');
  return wrapInt(value);
}

function parseFloatText(s: string): number {
  if (/^[+-]?inf(inity)?$/i.test(s)) return s.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(s)) return NaN;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(s)) return fail('float needs a decimal number as text');
  const value = Number(s);
  return Number.isFinite(value) ? value : fail('float: the number is out of the range of a float');
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function decodeBase64(s: string): string {
  const encoded = s.replace(/[\r\n]/g, '');
  if (!BASE64.test(encoded)) return fail('fromBase64 needs base64 text in the standard alphabet, with padding');
  return decodeUtf8(Buffer.from(encoded, 'base64'));
}
