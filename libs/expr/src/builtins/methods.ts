import { defineMethod, type Callable } from '../types/callable';
import { duration, int, location, text, time } from '../types/params';
import { BOOL, DURATION, FLOAT, INT, LOCATION, MONTH, STRING, TIME, WEEKDAY, type Kind } from '../types/type';
import { Float } from '../values/boxes';
import { wrapInt } from '../values/ints';
import type { Value } from '../values/value';
import { Duration } from '../time/duration';
import { formatTime, STRING_LAYOUT } from '../time/format';
import { Location, UTC } from '../time/location';
import { Month, Weekday } from '../time/month';
import { Time } from '../time/time';

type Methods = ReadonlyMap<string, Callable>;

const TIME_METHODS = table([
  defineMethod('Year', [], INT, (t: Time) => t.reading().year),
  defineMethod('Month', [], MONTH, (t: Time) => t.month()),
  defineMethod('Day', [], INT, (t: Time) => t.reading().day),
  defineMethod('Hour', [], INT, (t: Time) => t.reading().hour),
  defineMethod('Minute', [], INT, (t: Time) => t.reading().minute),
  defineMethod('Second', [], INT, (t: Time) => t.reading().second),
  defineMethod('Nanosecond', [], INT, (t: Time) => t.nanos),
  defineMethod('YearDay', [], INT, (t: Time) => t.yearDay()),
  defineMethod('Weekday', [], WEEKDAY, (t: Time) => t.weekday()),
  defineMethod('Unix', [], INT, (t: Time) => t.seconds),
  defineMethod('UnixMilli', [], INT, (t: Time) =>
    wrapInt(BigInt(t.seconds) * 1000n + BigInt(Math.floor(t.nanos / 1e6))),
  ),
  defineMethod('UnixMicro', [], INT, (t: Time) =>
    wrapInt(BigInt(t.seconds) * 1_000_000n + BigInt(Math.floor(t.nanos / 1e3))),
  ),
  defineMethod('UnixNano', [], INT, (t: Time) => wrapInt(t.unixNanos)),
  defineMethod('Format', [text], STRING, (t: Time, layout) => formatTime(t, layout)),
  defineMethod('String', [], STRING, (t: Time) => formatTime(t, STRING_LAYOUT)),
  defineMethod('Add', [duration], TIME, (t: Time, d) => t.add(d)),
  defineMethod('AddDate', [int, int, int], TIME, (t: Time, y, m, d) => t.addDate(Number(y), Number(m), Number(d))),
  defineMethod('Truncate', [duration], TIME, (t: Time, d) => t.truncate(d)),
  defineMethod('Round', [duration], TIME, (t: Time, d) => t.round(d)),
  defineMethod('Sub', [time], DURATION, (t: Time, other) => t.since(other)),
  defineMethod('After', [time], BOOL, (t: Time, other) => t.compare(other) > 0),
  defineMethod('Before', [time], BOOL, (t: Time, other) => t.compare(other) < 0),
  defineMethod('Equal', [time], BOOL, (t: Time, other) => t.compare(other) === 0),
  defineMethod('Compare', [time], INT, (t: Time, other) => t.compare(other)),
  defineMethod('IsZero', [], BOOL, (t: Time) => t.isZero()),
  defineMethod('In', [location], TIME, (t: Time, place) => t.in(place)),
  defineMethod('UTC', [], TIME, (t: Time) => t.in(UTC)),
  defineMethod('Location', [], LOCATION, (t: Time) => t.location),
]);

const DURATION_METHODS = table([
  defineMethod('Hours', [], FLOAT, (d: Duration) => new Float(d.hours())),
  defineMethod('Minutes', [], FLOAT, (d: Duration) => new Float(d.minutes())),
  defineMethod('Seconds', [], FLOAT, (d: Duration) => new Float(d.seconds())),
  defineMethod('Milliseconds', [], INT, (d: Duration) => wrapInt(d.milliseconds())),
  defineMethod('Microseconds', [], INT, (d: Duration) => wrapInt(d.microseconds())),
  defineMethod('Nanoseconds', [], INT, (d: Duration) => wrapInt(d.ns)),
  defineMethod('String', [], STRING, (d: Duration) => d.toString()),
  defineMethod('Abs', [], DURATION, (d: Duration) => d.abs()),
  defineMethod('Round', [duration], DURATION, (d: Duration, unit) => d.round(unit)),
  defineMethod('Truncate', [duration], DURATION, (d: Duration, unit) => d.truncate(unit)),
]);

/** Of months, weekdays and locations. */
const NAMED_METHODS = table([
  defineMethod('String', [], STRING, (named: Month | Weekday | Location) => named.toString()),
]);

function table(methods: readonly Callable[]): Methods {
  return new Map(methods.map((method) => [method.name, method]));
}

/** The method of that name on values of a static type, if there is one. */
export function methodOfKind(kind: Kind, name: string): Callable | undefined {
  switch (kind) {
    case 'time':
      return TIME_METHODS.get(name);
    case 'duration':
      return DURATION_METHODS.get(name);
    case 'month':
    case 'weekday':
    case 'location':
      return NAMED_METHODS.get(name);
    default:
      return undefined;
  }
}

/** The method of that name on a value, if there is one. */
export function methodOf(value: Value, name: string): Callable | undefined {
  if (value instanceof Time) return TIME_METHODS.get(name);
  if (value instanceof Duration) return DURATION_METHODS.get(name);
  const isNamed = value instanceof Month || value instanceof Weekday || value instanceof Location;
  return isNamed ? NAMED_METHODS.get(name) : undefined;
}
