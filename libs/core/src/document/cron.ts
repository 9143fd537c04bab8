import { isDuration, parseDuration } from '../duration/duration';
import { quote } from '../text/quote';
import { TorkError } from '../errors/tork-error';

/** A text that is no cron expression. The message says which part is wrong. */
export class CronError extends TorkError {
  readonly code = 'INVALID_CRON';
}

/** When a scheduled job is due, in a form that leaves nothing to interpret. */
export type CronSchedule =
  | {
      type: 'calendar';
      /**
       * Five fields of numbers: lists in ascending order, or `*` for a field without restriction. If day of month and
       * day of week are both restricted, either is enough.
       */
      pattern: string;
      /** IANA name; absent: the zone of the process. */
      timeZone?: string;
    }
  | {
      type: 'interval';
      /** Whole seconds, at least one. */
      everyMs: number;
    };

interface FieldRange {
  name: string;
  min: number;
  max: number;
  names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const FIELDS: readonly FieldRange[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of week', min: 0, max: 6, names: WEEKDAYS },
];

const DESCRIPTORS = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

/**
 * Reads a cron expression: five fields (minute, hour, day of month, month, day of week) of `*`, `?`, numbers, names,
 * lists, ranges and steps; or a descriptor such as `@daily` or `@every 1h30m`; each with an optional `TZ=<zone> ` or
 * `CRON_TZ=<zone> ` in front.
 *
 * @throws CronError
 */
export function parseCron(text: string): CronSchedule {
  const zoned = /^(?:CRON_)?TZ=(\S*) +(.*)$/s.exec(text);
  const [zone, expression] = zoned ? [zoned[1], zoned[2] ?? ''] : [undefined, text];
  if (zone !== undefined && !isTimeZone(zone)) throw new CronError(`unknown time zone ${quote(zone)}`);
  const timeZone = zone === '' ? 'UTC' : zone;

  if (expression.startsWith('@every ')) {
    const interval = expression.slice('@every '.length);
    if (!isDuration(interval)) throw new CronError(`@every needs a duration, found ${quote(interval)}`);
    return { type: 'interval', everyMs: Math.max(1, Math.floor(parseDuration(interval) / 1000)) * 1000 };
  }
  return { type: 'calendar', pattern: calendar(expression), ...(timeZone !== undefined && { timeZone }) };
}

/** Whether {@link parseCron} takes a text. */
export function isCron(text: string): boolean {
  try {
    parseCron(text);
    return true;
  } catch (error) {
    if (error instanceof CronError) return false;
    throw error;
  }
}

function calendar(expression: string): string {
  if (expression.startsWith('@')) {
    const pattern = DESCRIPTORS.get(expression);
    if (pattern === undefined) throw new CronError(`unknown descriptor ${quote(expression)}`);
    return pattern;
  }
  const fields = expression.split(/\s+/).filter((field) => field !== '');
  if (fields.length !== FIELDS.length) throw new CronError(`expected 5 fields, found ${fields.length}`);
  return FIELDS.map((range, index) => parseField(fields[index] ?? '', range)).join(' ');
}

/** A field as `*` or an ascending list of all its numbers. */
function parseField(field: string, range: FieldRange): string {
  const numbers = new Set<number>();
  for (const part of field.split(',')) {
    const values = parsePart(part, range);
    if (values === '*') return '*';
    for (const value of values) numbers.add(value);
  }
  return [...numbers].sort((a, b) => a - b).join(',');
}

/** An element of a list: `*`, `N`, `A-B`, each with an optional `/step`; `N/step` goes to the end of the range. */
function parsePart(part: string, range: FieldRange): '*' | number[] {
  const [, span = '', step] = /^([^/]+)(?:\/([0-9]{1,9}))?$/.exec(part) ?? [];
  const every = step === undefined ? 1 : Number(step);
  const [first, last] = parseSpan(span, step !== undefined, range);
  if (every < 1 || first > last) throw invalidPart(part, range);
  if ((span === '*' || span === '?') && every === 1) return '*';
  const values: number[] = [];
  for (let value = first; value <= last; value += every) values.push(value);
  return values;
}

function parseSpan(span: string, stepped: boolean, range: FieldRange): [first: number, last: number] {
  if (span === '*' || span === '?') return [range.min, range.max];
  const [first = '', last, ...rest] = span.split('-');
  if (rest.length > 0) throw invalidPart(span, range);
  const from = parseNumber(first, range);
  if (last !== undefined) return [from, parseNumber(last, range)];
  return [from, stepped ? range.max : from];
}

function parseNumber(text: string, range: FieldRange): number {
  const named = range.names?.indexOf(text.toLowerCase()) ?? -1;
  if (named >= 0) return named + range.min;
  const value = /^[0-9]{1,4}$/.test(text) ? Number(text) : NaN;
  if (!(value >= range.min && value <= range.max)) throw invalidPart(text, range);
  return value;
}

const invalidPart = (part: string, { name, min, max }: FieldRange): CronError =>
  new CronError(`${quote(part)} is no ${name}: expected ${min} to ${max}, a list, a range or a step`);

/** An IANA name; empty is UTC, as where the original runs. Names of offsets (`+01:00`) are none. */
function isTimeZone(zone: string): boolean {
  if (zone === '') return true;
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
