import type { Scalar } from '../values/boxes';
import { fail } from '../errors/failure';
import { civilFromDays, daysFromCivil, SECONDS_A_DAY, type CivilDate } from './civil';
import { Duration, SECOND } from './duration';
import { UTC, type Location, type ZoneInfo } from './location';
import { Month, Weekday } from './month';

/** 0001-01-01 00:00:00 UTC, from where multiples for `Round` and `Truncate` are counted. */
const YEAR_ONE = -62_135_596_800;

/** Beyond, calendar arithmetic in doubles would not be exact. */
const MAX_SECONDS = 2 ** 52;

const NANOS = 1_000_000_000;

/** The fields of a clock and calendar reading. */
export interface Reading extends CivilDate {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanos: number;
}

/** An instant with nanoseconds, and the location where it is told. Equality and order look at the instant alone. */
export class Time implements Scalar {
  private zone?: ZoneInfo;

  private constructor(
    /** Since 1970-01-01 UTC. */
    readonly seconds: number,
    /** 0 to 999,999,999. */
    readonly nanos: number,
    readonly location: Location,
  ) {
    if (!(Math.abs(seconds) <= MAX_SECONDS)) fail('time is out of range');
  }

  /** `nanos` may be any number of nanoseconds; they carry over to the seconds. */
  static at(seconds: number, nanos: number, location: Location = UTC): Time {
    const carried = Math.floor(nanos / NANOS);
    return new Time(seconds + carried, nanos - carried * NANOS, location);
  }

  static fromDate(date: Date): Time {
    const ms = date.getTime();
    return Number.isNaN(ms) ? fail('a Date of the context is invalid') : Time.fromNanos(BigInt(ms) * 1_000_000n);
  }

  static fromNanos(ns: bigint, location: Location = UTC): Time {
    const rest = ((ns % SECOND) + SECOND) % SECOND;
    return new Time(Number((ns - rest) / SECOND), Number(rest), location);
  }

  /** The time of a reading in a location; fields out of range carry over. */
  static of(reading: Reading, location: Location): Time {
    const { year, month, day, hour, minute, second, nanos } = reading;
    const local = daysFromCivil(year, month, day) * SECONDS_A_DAY + hour * 3600 + minute * 60 + second;
    if (!(Math.abs(local) <= MAX_SECONDS)) return fail('time is out of range');
    return Time.at(location.toUtc(local), nanos, location);
  }

  get identity(): string {
    return `time ${this.seconds} ${this.nanos}`;
  }

  get unixNanos(): bigint {
    return BigInt(this.seconds) * SECOND + BigInt(this.nanos);
  }

  zoneInfo(): ZoneInfo {
    return (this.zone ??= this.location.at(this.seconds));
  }

  /** Days and seconds of the local reading. */
  private local(): { days: number; secondOfDay: number } {
    const seconds = this.seconds + this.zoneInfo().offset;
    const days = Math.floor(seconds / SECONDS_A_DAY);
    return { days, secondOfDay: seconds - days * SECONDS_A_DAY };
  }

  reading(): Reading {
    const { days, secondOfDay } = this.local();
    return {
      ...civilFromDays(days),
      hour: Math.floor(secondOfDay / 3600),
      minute: Math.floor((secondOfDay % 3600) / 60),
      second: secondOfDay % 60,
      nanos: this.nanos,
    };
  }

  month(): Month {
    return new Month(this.reading().month);
  }

  weekday(): Weekday {
    return new Weekday((((this.local().days + 4) % 7) + 7) % 7); // 1970-01-01 was a Thursday
  }

  /** January 1 is 1. */
  yearDay(): number {
    const { days } = this.local();
    return days - daysFromCivil(civilFromDays(days).year, 1, 1) + 1;
  }

  in(location: Location): Time {
    return new Time(this.seconds, this.nanos, location);
  }

  add(duration: Duration): Time {
    return Time.fromNanos(this.unixNanos + duration.ns, this.location);
  }

  /** From `other` to this one; the longest duration if they are further apart. */
  since(other: Time): Duration {
    return Duration.saturating(this.unixNanos - other.unixNanos);
  }

  addDate(years: number, months: number, days: number): Time {
    const reading = this.reading();
    const { year, month, day } = reading;
    return Time.of({ ...reading, year: year + years, month: month + months, day: day + days }, this.location);
  }

  /** Below 0, 0 or above 0. */
  compare(other: Time): number {
    return Math.sign(this.seconds - other.seconds || this.nanos - other.nanos);
  }

  isZero(): boolean {
    return this.seconds === YEAR_ONE && this.nanos === 0;
  }

  truncate(unit: Duration): Time {
    if (unit.ns <= 0n) return this;
    return this.add(new Duration(-this.restOf(unit)));
  }

  /** To the nearest multiple, halves up. */
  round(unit: Duration): Time {
    if (unit.ns <= 0n) return this;
    const rest = this.restOf(unit);
    return this.add(new Duration(rest + rest < unit.ns ? -rest : unit.ns - rest));
  }

  private restOf(unit: Duration): bigint {
    const sinceYearOne = this.unixNanos - BigInt(YEAR_ONE) * SECOND;
    return ((sinceYearOne % unit.ns) + unit.ns) % unit.ns;
  }
}
