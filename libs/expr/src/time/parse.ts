import { fail } from '../errors/failure';
import { civilFromDays, daysFromCivil, daysInMonth, daysInYear, SECONDS_A_DAY } from './civil';
import { parseLayout } from './layout';
import { fixedLocation, UTC, type Location } from './location';
import { Cursor, readElement, type Fields } from './parse-element';
import { Time, type Reading } from './time';

/**
 * Reads a text that has the shape of a layout. An offset in the text fixes the instant; without one the reading is local
 * time of the location. Undefined if the text does not match, or names a date that does not exist.
 */
export function parseTime(layout: string, text: string, location: Location): Time | undefined {
  const fields: Fields = {
    year: 0,
    month: -1,
    day: -1,
    yearDay: -1,
    hour: 0,
    minute: 0,
    second: 0,
    nanos: 0,
    utc: false,
    abbreviation: '',
  };
  const cursor = new Cursor(text);
  const parts = parseLayout(layout);
  const matches = parts.every(
    (part, i) => cursor.skip(part.literal) && readElement(part, parts[i + 1], cursor, fields),
  );
  if (!matches || !cursor.atEnd) return undefined;
  const reading = readingOf(fields);
  return reading && inZone(reading, fields, location);
}

/** The reading, if there is such a date. */
function readingOf({ half, ...fields }: Fields): Reading | undefined {
  let { month, day, hour } = fields;
  const { year, yearDay } = fields;
  if (half === 'PM' && hour < 12) hour += 12;
  if (half === 'AM' && hour === 12) hour = 0;
  if (yearDay >= 0) {
    if (yearDay < 1 || yearDay > daysInYear(year)) return undefined;
    const date = civilFromDays(daysFromCivil(year, 1, 1) + yearDay - 1);
    if ((month >= 0 && month !== date.month) || (day >= 0 && day !== date.day)) return undefined;
    ({ month, day } = date);
  } else {
    if (month < 0) month = 1;
    if (day < 0) day = 1;
  }
  if (day < 1 || day > daysInMonth(year, month)) return undefined;
  return { year, month, day, hour, minute: fields.minute, second: fields.second, nanos: fields.nanos };
}

function inZone(reading: Reading, fields: Fields, location: Location): Time {
  const { offset, abbreviation, utc } = fields;
  if (utc) return Time.of(reading, UTC);
  if (offset !== undefined) {
    const instant = Time.of(reading, fixedLocation(abbreviation, offset));
    const zone = location.at(instant.seconds);
    const isLocal = zone.offset === offset && (abbreviation === '' || zone.abbreviation === abbreviation);
    return isLocal ? instant.in(location) : instant;
  }
  if (abbreviation === '') return Time.of(reading, location);
  const known = offsetNamed(location, abbreviation, reading);
  if (known !== undefined) return Time.of(reading, fixedLocation(abbreviation, known)).in(location);
  return Time.of(reading, fixedLocation(abbreviation, gmtOffset(abbreviation)));
}

/** The offset that the location has under that abbreviation around the reading. */
function offsetNamed(location: Location, abbreviation: string, { year, month, day }: Reading): number | undefined {
  const dates = [daysFromCivil(year, month, day), daysFromCivil(year, 1, 1), daysFromCivil(year, 7, 1)];
  const zones = dates.map((days) => location.at(days * SECONDS_A_DAY));
  return zones.find((zone) => zone.abbreviation === abbreviation)?.offset;
}

/** `GMT-3` carries its offset; any other name that is not known counts as 0. */
function gmtOffset(abbreviation: string): number {
  return abbreviation.startsWith('GMT') ? Number(abbreviation.slice(3) || '0') * 3600 : 0;
}

/** What `date(text)` tries, in this order. */
const DATE_LAYOUTS = [
  '2006-01-02',
  '15:04:05',
  '2006-01-02 15:04:05',
  '2006-01-02T15:04:05Z07:00',
  '02 Jan 06 15:04 MST',
  'Monday, 02-Jan-06 15:04:05 MST',
  'Mon, 02 Jan 2006 15:04:05 MST',
];

/** Reads a text in one of the usual forms. */
export function parseDate(text: string, location: Location): Time {
  for (const layout of DATE_LAYOUTS) {
    const time = parseTime(layout, text, location);
    if (time) return time;
  }
  return fail('date does not know the form of its argument, or there is no such date');
}
