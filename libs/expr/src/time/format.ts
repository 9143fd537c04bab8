import { parseLayout, type LayoutPart } from './layout';
import { MONTHS, WEEKDAYS } from './month';
import type { Time } from './time';

/** How a time prints by itself. */
export const STRING_LAYOUT = '2006-01-02 15:04:05.999999999 -0700 MST';

export const RFC3339_NANO = '2006-01-02T15:04:05.999999999Z07:00';

/** The time in the shape of a layout. */
export function formatTime(time: Time, layout: string): string {
  const parts = parseLayout(layout);
  const fields = fieldsOf(time);
  let text = '';
  for (const part of parts) text += part.literal + formatElement(part, fields);
  return text;
}

type Fields = ReturnType<typeof fieldsOf>;

function fieldsOf(time: Time) {
  return { ...time.reading(), weekday: time.weekday().value, yearDay: time.yearDay(), zone: time.zoneInfo() };
}

function formatElement({ element, separator = '', digits = 0 }: LayoutPart, t: Fields): string {
  switch (element) {
    case undefined:
      return '';
    case '2006':
      return padded(t.year, 4);
    case '06':
      return padded(((t.year % 100) + 100) % 100, 2);
    case 'January':
      return MONTHS[t.month - 1] ?? '';
    case 'Jan':
      return (MONTHS[t.month - 1] ?? '').slice(0, 3);
    case '1':
      return String(t.month);
    case '01':
      return padded(t.month, 2);
    case 'Monday':
      return WEEKDAYS[t.weekday] ?? '';
    case 'Mon':
      return (WEEKDAYS[t.weekday] ?? '').slice(0, 3);
    case '2':
      return String(t.day);
    case '_2':
      return String(t.day).padStart(2);
    case '02':
      return padded(t.day, 2);
    case '__2':
      return String(t.yearDay).padStart(3);
    case '002':
      return padded(t.yearDay, 3);
    case '15':
      return padded(t.hour, 2);
    case '3':
      return String(t.hour % 12 || 12);
    case '03':
      return padded(t.hour % 12 || 12, 2);
    case '4':
      return String(t.minute);
    case '04':
      return padded(t.minute, 2);
    case '5':
      return String(t.second);
    case '05':
      return padded(t.second, 2);
    case 'PM':
      return t.hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return t.hour >= 12 ? 'pm' : 'am';
    case 'MST':
      return t.zone.abbreviation || formatOffset(t.zone.offset, '-0700');
    case 'fraction':
      return separator + nanosText(t.nanos, digits);
    case 'shortest fraction': {
      const shortest = nanosText(t.nanos, digits).replace(/0+$/, '');
      return shortest && separator + shortest;
    }
    default:
      return element.startsWith('Z') && t.zone.offset === 0 ? 'Z' : formatOffset(t.zone.offset, element);
  }
}

function padded(value: number, width: number): string {
  return (value < 0 ? '-' : '') + String(Math.abs(value)).padStart(width, '0');
}

function nanosText(nanos: number, digits: number): string {
  return String(nanos).padStart(9, '0').slice(0, digits).padEnd(digits, '0');
}

/** `shape` is an element of a zone offset: its colons, and whether it has minutes and seconds. */
function formatOffset(offset: number, shape: string): string {
  const seconds = Math.abs(offset);
  const colon = shape.includes(':') ? ':' : '';
  const fields = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  const count = Math.floor((shape.replaceAll(':', '').length - 1) / 2);
  return (
    (offset < 0 ? '-' : '+') +
    fields
      .slice(0, count)
      .map((field) => padded(field, 2))
      .join(colon)
  );
}
