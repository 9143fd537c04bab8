import type { LayoutPart } from './layout';
import { MONTHS, WEEKDAYS } from './month';

/** What has been read so far; -1 is a field that the layout does not have. */
export interface Fields {
  year: number;
  month: number;
  day: number;
  yearDay: number;
  hour: number;
  minute: number;
  second: number;
  nanos: number;
  half?: 'AM' | 'PM';
  /** `Z` or `UTC` in the text. */
  utc: boolean;
  /** Seconds, when the text has a numeric offset. */
  offset?: number;
  abbreviation: string;
}

/** A place in the text. Its methods say whether, or what, they could read there, and move past it. */
export class Cursor {
  private at = 0;

  constructor(private readonly text: string) {}

  get atEnd(): boolean {
    return this.at === this.text.length;
  }

  /** What a sticky pattern matches here. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** A literal of the layout; a run of blanks in it stands for any number of blanks, none only at the end. */
  skip(literal: string): boolean {
    for (let i = 0; i < literal.length; i++) {
      if (literal[i] === ' ') {
        if (!this.atEnd && this.text[this.at] !== ' ') return false;
        while (literal[i + 1] === ' ') i++;
        this.take(/ */y);
      } else {
        if (this.text[this.at] !== literal[i]) return false;
        this.at++;
      }
    }
    return true;
  }

  number(pattern: RegExp): number | undefined {
    const digits = this.take(pattern);
    return digits === undefined ? undefined : Number(digits);
  }

  /** The index of the name that stands here, in any case. */
  name(names: readonly string[]): number | undefined {
    const index = names.findIndex(
      (name) => this.text.slice(this.at, this.at + name.length).toLowerCase() === name.toLowerCase(),
    );
    if (index < 0) return undefined;
    this.at += names[index]?.length ?? 0;
    return index;
  }
}

const ONE_OR_TWO = /\d\d?/y;
const TWO = /\d\d/y;
const FRACTION = /[.,]\d+/y;
const SHORT_MONTHS = MONTHS.map((name) => name.slice(0, 3));
const SHORT_WEEKDAYS = WEEKDAYS.map((name) => name.slice(0, 3));

/** Reads what an element of a layout stands for; false if it is not there. `next` is the part behind it. */
export function readElement(part: LayoutPart, next: LayoutPart | undefined, cursor: Cursor, fields: Fields): boolean {
  switch (part.element) {
    case undefined:
      return true;
    case '2006':
      return set(fields, 'year', cursor.number(/\d{4}/y));
    case '06': {
      const year = cursor.number(TWO);
      return set(fields, 'year', year === undefined ? undefined : year + (year >= 69 ? 1900 : 2000));
    }
    case 'January':
    case 'Jan': {
      const month = cursor.name(part.element === 'Jan' ? SHORT_MONTHS : MONTHS);
      return set(fields, 'month', month === undefined ? undefined : month + 1);
    }
    case '1':
      return set(fields, 'month', cursor.number(ONE_OR_TWO), 1, 12);
    case '01':
      return set(fields, 'month', cursor.number(TWO), 1, 12);
    case 'Monday':
      return cursor.name(WEEKDAYS) !== undefined;
    case 'Mon':
      return cursor.name(SHORT_WEEKDAYS) !== undefined;
    case '_2':
      cursor.take(/ ?/y);
      return set(fields, 'day', cursor.number(ONE_OR_TWO));
    case '2':
      return set(fields, 'day', cursor.number(ONE_OR_TWO));
    case '02':
      return set(fields, 'day', cursor.number(TWO));
    case '__2':
      cursor.take(/ {0,2}/y);
      return set(fields, 'yearDay', cursor.number(/\d{1,3}/y));
    case '002':
      return set(fields, 'yearDay', cursor.number(/\d{3}/y));
    case '15':
      return set(fields, 'hour', cursor.number(ONE_OR_TWO), 0, 23);
    case '3':
      return set(fields, 'hour', cursor.number(ONE_OR_TWO), 0, 12);
    case '03':
      return set(fields, 'hour', cursor.number(TWO), 0, 12);
    case '4':
      return set(fields, 'minute', cursor.number(ONE_OR_TWO), 0, 59);
    case '04':
      return set(fields, 'minute', cursor.number(TWO), 0, 59);
    case '5':
    case '05':
      if (!set(fields, 'second', cursor.number(part.element === '5' ? ONE_OR_TWO : TWO), 0, 59)) return false;
      // A fraction is welcome even where the layout has none.
      if (!next?.element?.endsWith('fraction')) readFraction(fields, cursor.take(FRACTION));
      return true;
    case 'PM':
    case 'pm':
      fields.half = cursor.take(part.element === 'PM' ? /[AP]M/y : /[ap]m/y)?.toUpperCase() as Fields['half'];
      return fields.half !== undefined;
    case 'MST':
      return readAbbreviation(cursor, fields);
    case 'fraction':
      return readFraction(fields, cursor.take(new RegExp(`[.,]\\d{${part.digits ?? 0}}`, 'y')));
    case 'shortest fraction':
      readFraction(fields, cursor.take(FRACTION));
      return true;
    default:
      if (part.element.startsWith('Z') && cursor.take(/Z/y)) return (fields.utc = true);
      return readOffset(part.element, cursor, fields);
  }
}

/** Keeps a field if it was read and is in range. */
function set(fields: Fields, field: NumericField, value: number | undefined, min = -Infinity, max = Infinity): boolean {
  if (value === undefined || value < min || value > max) return false;
  fields[field] = value;
  return true;
}

type NumericField = 'year' | 'month' | 'day' | 'yearDay' | 'hour' | 'minute' | 'second';

/** Digits beyond the ninth are dropped. */
function readFraction(fields: Fields, found: string | undefined): boolean {
  if (found === undefined) return false;
  fields.nanos = Number(found.slice(1, 10).padEnd(9, '0'));
  return true;
}

/** `shape` is the element; it tells which of minutes, seconds and colons the offset has. */
function readOffset(shape: string, cursor: Cursor, fields: Fields): boolean {
  const colon = shape.includes(':') ? ':' : '';
  const count = Math.floor((shape.replaceAll(':', '').length - 1) / 2);
  const pattern = new RegExp(`[+-]${Array(count).fill('\\d\\d').join(colon)}`, 'y');
  const found = cursor.take(pattern);
  if (found === undefined) return false;
  const digits = found.slice(1).replaceAll(':', '');
  const [hours = 0, minutes = 0, seconds = 0] = (digits.match(/\d\d/g) ?? []).map(Number);
  if (hours > 24 || minutes > 60 || seconds > 60) return false;
  const offset = hours * 3600 + minutes * 60 + seconds;
  fields.offset = found.startsWith('-') ? -offset : offset;
  return true;
}

/** `CET`, `CEST`, `ChST`, `+03`, or `GMT` with hours. */
const ABBREVIATION = /UTC|ChST|MeST|GMT(?:[+-]\d{1,2})?|[+-]\d\d|[A-Z]{5,}|[A-Z]{3,4}/y;

function readAbbreviation(cursor: Cursor, fields: Fields): boolean {
  const name = cursor.take(ABBREVIATION);
  if (name === undefined || /^[A-Z]{6,}$/.test(name)) return false;
  if (/^[A-Z]{4,5}$/.test(name) && !name.endsWith('T') && name !== 'WITA') return false;
  if (name === 'UTC') fields.utc = true;
  else fields.abbreviation = name;
  return true;
}
