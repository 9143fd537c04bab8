import { quote } from '../text/quote';
import { TorkError } from '../errors/tork-error';

/** A text that is no duration. The message says what is wrong with it. */
export class DurationError extends TorkError {
  readonly code = 'INVALID_DURATION';
}

const NS_PER_UNIT = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n], // U+00B5, the micro sign
  ['μs', 1_000n], // U+03BC, the Greek letter
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

/** Durations are 64-bit nanoseconds, as in job documents of the original: some 292 years. */
const MAX_NS = 2n ** 63n - 1n;

/** Longer texts are no durations: a sum of a million parts is not worth its computation. */
const MAX_LENGTH = 1000;

/**
 * The milliseconds of a duration text, with a fraction below a millisecond: `1h30m`, `1.5h`, `-250ms`, `0`. One or more
 * decimal numbers, each with a unit (`ns us µs ms s m h`), an optional sign in front; a bare `0` needs no unit.
 *
 * @throws DurationError
 */
export function parseDuration(text: string): number {
  if (text.length > MAX_LENGTH) throw invalid(text);
  const sign = text.startsWith('-') || text.startsWith('+') ? text[0] : '';
  let at = sign === '' ? 0 : 1;
  if (text.slice(at) === '0') return 0;

  const part = /([0-9]*)(?:\.([0-9]*))?([^0-9.]*)/y;
  let totalNs = 0n;
  do {
    part.lastIndex = at;
    const [matched = '', digits = '', fraction = '', unit = ''] = part.exec(text) ?? [];
    if (digits === '' && fraction === '') throw invalid(text);
    if (unit === '') throw new DurationError(`time: missing unit in duration ${quote(text)}`);
    const unitNs = NS_PER_UNIT.get(unit);
    if (unitNs === undefined) throw new DurationError(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
    totalNs += partNs(digits, fraction, unitNs);
    if (totalNs > MAX_NS) throw invalid(text);
    at += matched.length;
  } while (at < text.length);

  const ms = Number(totalNs / 1_000_000n) + Number(totalNs % 1_000_000n) / 1e6;
  return sign === '-' ? 0 - ms : ms;
}

/** The nanoseconds of a number with its unit, cut to whole ones. */
const partNs = (digits: string, fraction: string, unitNs: bigint): bigint =>
  BigInt(digits || '0') * unitNs + (BigInt(fraction || '0') * unitNs) / 10n ** BigInt(fraction.length);

const invalid = (text: string): DurationError => new DurationError(`time: invalid duration ${quote(text)}`);

/** Whether {@link parseDuration} takes a text. */
export function isDuration(text: string): boolean {
  try {
    parseDuration(text);
    return true;
  } catch (error) {
    if (error instanceof DurationError) return false;
    throw error;
  }
}

/**
 * The text of a number of milliseconds in the form that {@link parseDuration} reads: `1h0m0s`, `1.5s`, `250ms`, `0s`.
 * Below a second the unit is the largest that leaves a whole part. Rounded to nanoseconds.
 */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) throw new DurationError(`time: ${ms} is no duration`);
  const wholeMs = Math.trunc(ms);
  const ns = BigInt(wholeMs) * 1_000_000n + BigInt(Math.round((ms - wholeMs) * 1e6));
  if (ns === 0n) return '0s';
  return ns < 0n ? `-${formatNs(-ns)}` : formatNs(ns);
}

function formatNs(ns: bigint): string {
  if (ns < 1_000n) return `${ns}ns`;
  if (ns < 1_000_000n) return `${decimal(ns, 3)}µs`;
  if (ns < 1_000_000_000n) return `${decimal(ns, 6)}ms`;
  const minutes = ns / 60_000_000_000n;
  const seconds = `${decimal(ns % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return seconds;
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

/** `value / 10^places` in decimal, without zeros at the end. */
function decimal(value: bigint, places: number): string {
  const scale = 10n ** BigInt(places);
  const fraction = (value % scale).toString().padStart(places, '0').replace(/0+$/, '');
  return fraction === '' ? `${value / scale}` : `${value / scale}.${fraction}`;
}
