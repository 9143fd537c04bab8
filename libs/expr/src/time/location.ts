import type { Scalar } from '../values/boxes';
import { fail } from '../errors/failure';
import { abbreviationOf } from './abbreviations';

/** Offset from UTC in seconds, and the abbreviation of the zone, at one instant. */
export interface ZoneInfo {
  readonly offset: number;
  /** Empty if the zone has none; then the offset is printed in its place. */
  readonly abbreviation: string;
}

/** Where a time is told: UTC, a zone of the IANA data base, or a bare offset as read from a text. */
export abstract class Location implements Scalar {
  constructor(readonly name: string) {}

  abstract at(unixSeconds: number): ZoneInfo;

  get identity(): string {
    return `location ${this.name}`;
  }

  /** Seconds since 1970 UTC of a local clock reading, which is given as if it were one of UTC. */
  toUtc(localSeconds: number): number {
    const guess = localSeconds - this.at(localSeconds).offset;
    return localSeconds - this.at(guess).offset; // differs from the guess near a change of the offset
  }

  toString(): string {
    return this.name;
  }
}

class FixedLocation extends Location {
  private readonly info: ZoneInfo;

  constructor(name: string, offset: number) {
    super(name);
    this.info = { offset, abbreviation: name };
  }

  at(): ZoneInfo {
    return this.info;
  }

  override get identity(): string {
    return `${super.identity} ${this.info.offset}`;
  }
}

export const UTC: Location = new FixedLocation('UTC', 0);

/** A bare offset in seconds, under the name that the text gave it, if any. */
export function fixedLocation(name: string, offset: number): Location {
  return new FixedLocation(name, offset);
}

/** Instants that the host's calendar can handle: 100 million days around 1970, a little less for the zone. */
const MAX_INSTANT = 8.64e12 - 86_400;

class ZoneLocation extends Location {
  private readonly format: Intl.DateTimeFormat;

  constructor(name: string) {
    super(name);
    this.format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  }

  at(unixSeconds: number): ZoneInfo {
    const instant = new Date(Math.max(-MAX_INSTANT, Math.min(MAX_INSTANT, unixSeconds)) * 1000);
    const offset = parseOffset(this.format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value);
    return { offset, abbreviation: abbreviationOf(this.name, instant, offset) };
  }
}

/** `GMT`, `GMT+02:00` or, before there were zones, `GMT+00:34:08`. */
function parseOffset(text = ''): number {
  const match = /([+-])(\d+):(\d+)(?::(\d+))?/.exec(text);
  if (!match) return 0;
  const [, sign, hours, minutes, seconds] = match;
  const offset = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0);
  return sign === '-' ? -offset : offset;
}

/** Zones in use. There are some 600 names; the host holds a formatter for each. */
const zones = new Map<string, Location>();

/** Refuses what some hosts take for a zone beyond the names of the data base, such as `+02:00`. */
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

/** The location of an IANA name; `""` and `"UTC"` are UTC. */
export function locationNamed(name: string): Location {
  if (name === '' || name === 'UTC') return UTC;
  const known = zones.get(name);
  if (known) return known;
  if (!ZONE_NAME.test(name)) return fail('unknown time zone');
  try {
    const zone = new ZoneLocation(name);
    zones.set(name, zone);
    return zone;
  } catch {
    return fail('unknown time zone');
  }
}
