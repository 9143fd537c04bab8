/**
 * The short names of zones (`CET`, `EDT`). The host's locale data knows each only in the languages of where it is used,
 * and some not at all; those are in the table below.
 */

/** English of where zones have names of their own, in the order in which they are asked. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-ZA', 'en-NZ'];

/** Names that no such English has, by the hours from UTC at which the zone bears them. */
const NAMES: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  'Africa/Cairo': { 2: 'EET', 3: 'EEST' },
  'Africa/Lagos': { 1: 'WAT' },
  'Africa/Nairobi': { 3: 'EAT' },
  'Asia/Hong_Kong': { 8: 'HKT', 9: 'HKST' },
  'Asia/Jakarta': { 7: 'WIB' },
  'Asia/Jerusalem': { 2: 'IST', 3: 'IDT' },
  'Asia/Karachi': { 5: 'PKT', 6: 'PKST' },
  'Asia/Manila': { 8: 'PST', 9: 'PDT' },
  'Asia/Seoul': { 9: 'KST', 10: 'KDT' },
  'Asia/Shanghai': { 8: 'CST', 9: 'CDT' },
  'Asia/Taipei': { 8: 'CST', 9: 'CDT' },
  'Asia/Tokyo': { 9: 'JST', 10: 'JDT' },
  'Europe/Moscow': { 3: 'MSK', 4: 'MSD' },
};

interface ZoneNames {
  readonly formats: readonly Intl.DateTimeFormat[];
  /** Names by offset and, because a zone may change its name, year. */
  readonly known: Map<string, string>;
}

const zones = new Map<string, ZoneNames>();

/** The short name that a zone has at an instant; the offset (`-03`, `+0530`) where it has none. */
export function abbreviationOf(zone: string, instant: Date, offset: number): string {
  let names = zones.get(zone);
  if (!names) zones.set(zone, (names = { formats: formatsOf(zone), known: new Map() }));
  const key = `${instant.getUTCFullYear()} ${offset}`;
  let name = names.known.get(key);
  if (name === undefined) {
    if (names.known.size > 1000) names.known.clear();
    names.known.set(key, (name = lookUp(zone, names, instant, offset)));
  }
  return name;
}

function formatsOf(zone: string): Intl.DateTimeFormat[] {
  return LOCALES.map((locale) => new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'short' }));
}

function lookUp(zone: string, { formats }: ZoneNames, instant: Date, offset: number): string {
  const own = NAMES[zone]?.[offset / 3600];
  if (own) return own;
  for (const format of formats) {
    const name = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    if (/^[A-Z]{3,5}$/.test(name) && (name !== 'GMT' || offset === 0)) return name;
  }
  return numeric(offset);
}

/** The offset as the data base writes it for zones without a name: `-03`, `+0530`. */
function numeric(offset: number): string {
  const minutes = Math.floor(Math.abs(offset) / 60);
  const digits = String(Math.floor(minutes / 60)).padStart(2, '0');
  const rest = minutes % 60;
  return (offset < 0 ? '-' : '+') + digits + (rest ? String(rest).padStart(2, '0') : '');
}
