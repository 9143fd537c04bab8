import fc from 'fast-check';
import { evaluate, ExpressionError } from '../index';
import { civilFromDays, daysFromCivil } from './civil';
import { Duration, parseDuration } from './duration';
import { formatTime } from './format';
import { locationNamed, UTC } from './location';
import { parseTime } from './parse';
import { Time } from './time';

const of = (expression: string) => {
  try {
    return String(evaluate(`string(${expression})`));
  } catch (error) {
    return error instanceof ExpressionError ? `fails: ${error.reason}` : String(error);
  }
};

describe('durations', () => {
  it.each([
    ['0', '0s'],
    ['1ns', '1ns'],
    ['1100ns', '1.1µs'],
    ['2ms', '2ms'],
    ['1500us', '1.5ms'],
    ['1.5h', '1h30m0s'],
    ['90s', '1m30s'],
    ['3661.5s', '1h1m1.5s'],
    ['-2m3.5s', '-2m3.5s'],
    ['+24h', '24h0m0s'],
    ['1µs', '1µs'],
    ['1μs', '1µs'],
    ['.5s', '500ms'],
    ['1.s', '1s'],
    ['-9223372036854775808ns', '-2562047h47m16.854775808s'],
  ])('%s is %s', (text, shown) => {
    expect(parseDuration(text).toString()).toBe(shown);
  });

  it.each(['', '1', 's', '1x', '1 s', ' 1s', '1h 2m', '.s', '-', '1..5s', '9223372036854775808ns', '1e3s', '1d'])(
    '%j is none',
    (text) => {
      expect(of(`duration(${JSON.stringify(text)})`)).toMatch(/^fails: duration/);
    },
  );

  it('read back what they print', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (ns) => {
        expect(parseDuration(new Duration(ns).toString()).ns).toBe(ns);
      }),
    );
  });

  it('compute', () => {
    expect(of('duration("1m") * 2 + duration("1s") - duration("500ms")')).toBe('2m0.5s');
    expect(of('-1 * duration("1h")')).toBe('-1h0m0s');
    expect(of('type(duration("1s") * 1.5)')).toBe('float');
    expect(of('duration("1h30m").Hours()')).toBe('1.5');
    expect(of('duration("1555ms").Round(duration("10ms"))')).toBe('1.56s');
    expect(of('duration("-1555ms").Round(duration("10ms"))')).toBe('-1.56s');
    expect(of('duration("1559ms").Truncate(duration("10ms"))')).toBe('1.55s');
    expect(of('duration("-5s").Abs()')).toBe('5s');
    expect(of('int(duration("1us"))')).toBe('1000');
    expect(of('-duration("1h")')).toBe('fails: - needs a number, found duration');
  });
});

describe('the calendar', () => {
  it('agrees with that of the host', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 2_900_000 }), (days) => {
        const date = new Date(days * 86_400_000);
        const civil = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };

        expect(civilFromDays(days)).toEqual(civil);
        expect(daysFromCivil(civil.year, civil.month, civil.day)).toBe(days);
      }),
    );
  });

  it('carries over', () => {
    expect(of('date("2023-10-31").AddDate(0, 1, 0).Format("2006-01-02")')).toBe('2023-12-01');
    expect(of('date("2024-02-29").AddDate(1, 0, 0).Format("2006-01-02")')).toBe('2025-03-01');
    expect(of('date("2024-01-15").AddDate(0, -13, -15).Format("2006-01-02")')).toBe('2022-11-30');
    expect(of('date("2024-01-15").AddDate(9223372036854775807, 0, 0)')).toBe('fails: time is out of range');
  });
});

describe('layouts', () => {
  const time = Time.at(1_710_073_696, 7_080_000); // 2024-03-10T12:28:16.00708Z, a Sunday

  it.each([
    ['2006-01-02T15:04:05.000Z07:00', '2024-03-10T12:28:16.007Z'],
    ['Monday, January 2, 2006 at 3:04pm', 'Sunday, March 10, 2024 at 12:28pm'],
    ['Mon Jan _2 15:04:05.999999999 -0700 MST 06', 'Sun Mar 10 12:28:16.00708 +0000 UTC 24'],
    ['03:04:05 PM', '12:28:16 PM'],
    ['1/2/06 3:4:5', '3/10/24 12:28:16'],
    ['002 __2 _2006', '070  70 _2024'],
    ['.00 ,000 .9 .000x', '.00 ,007  .007x'],
    ['-07 -07:00 -070000 -07:00:00 Z0700', '+00 +00:00 +000000 +00:00:00 Z'],
    ['Month Januaryish Monday', 'Month Marchish Sunday'],
    ['', ''],
    ['Jan', 'Mar'],
  ])('%j prints %j', (layout, text) => {
    expect(formatTime(time, layout)).toBe(text);
  });

  it.each([
    ['2006-01-02', '2024-02-29', '2024-02-29T00:00:00Z'],
    ['2006-01-02 15:04:05', '2024-02-29 23:59:59.25', '2024-02-29T23:59:59.25Z'],
    ['2006-01-02 15:04:05,000', '2024-02-29 23:59:59,250', '2024-02-29T23:59:59.25Z'],
    ['02 Jan 06 15:04 MST', '29 FEB 24 10:20 UTC', '2024-02-29T10:20:00Z'],
    ['Mon Jan _2 3:04PM 2006', 'Thu Feb  9 1:05AM 2024', '2024-02-09T01:05:00Z'],
    ['2006-01-02T15:04:05Z07:00', '2024-02-29T10:20:30+02:00', '2024-02-29T10:20:30+02:00'],
    ['2006-01-02T15:04:05-0700', '2024-02-29T10:20:30-0330', '2024-02-29T10:20:30-03:30'],
    ['2006 002', '2024 060', '2024-02-29T00:00:00Z'],
    ['06', '69', '1969-01-01T00:00:00Z'],
    ['15:04', '10:20', '0000-01-01T10:20:00Z'],
    ['3PM', '12AM', '0000-01-01T00:00:00Z'],
  ])('%j reads %j', (layout, text, rfc3339) => {
    const read = parseTime(layout, text, UTC);

    expect(read && formatTime(read, '2006-01-02T15:04:05.999999999Z07:00')).toBe(rfc3339);
  });

  it.each([
    ['2006-01-02', '2023-02-29'],
    ['2006-01-02', '2024-13-01'],
    ['2006-01-02', '2024-1-01'],
    ['2006-01-02', '2024-01-01x'],
    ['2006-01-02', '2024-01-00'],
    ['2006-01-02', 'x2024-01-01'],
    ['15:04', '24:00'],
    ['15:04', '23:60'],
    ['3PM', '13PM'],
    ['3PM', '1XM'],
    ['Jan', 'Foo'],
    ['2006 002', '2023 366'],
    ['-0700', '+2500'],
    ['MST', 'abc'],
    ['.000', '.00'],
  ])('%j refuses %j', (layout, text) => {
    expect(parseTime(layout, text, UTC)).toBeUndefined();
  });

  it('read back what they print', () => {
    const layout = '2006-01-02T15:04:05.999999999Z07:00';
    const zones = ['UTC', 'Europe/Zurich', 'America/Chicago', 'Asia/Kolkata', 'Australia/Sydney'];
    fc.assert(
      fc.property(
        fc.integer({ min: -2_000_000_000, max: 4_000_000_000 }),
        fc.nat(999_999_999),
        fc.constantFrom(...zones),
        (seconds, nanos, zone) => {
          const printed = formatTime(Time.at(seconds, nanos, locationNamed(zone)), layout);

          expect(parseTime(layout, printed, UTC)).toMatchObject({ seconds, nanos });
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('zones', () => {
  it.each([
    ['date("2023-08-14 10:20:30").In(timezone("Europe/Zurich"))', '2023-08-14 12:20:30 +0200 CEST'],
    ['date("2023-01-14 10:20:30").In(timezone("Europe/Zurich"))', '2023-01-14 11:20:30 +0100 CET'],
    ['date("2023-08-14").In(timezone("America/Chicago"))', '2023-08-13 19:00:00 -0500 CDT'],
    ['date("2023-08-14").In(timezone("Asia/Tokyo"))', '2023-08-14 09:00:00 +0900 JST'],
    ['date("2023-08-14").In(timezone("Asia/Kolkata"))', '2023-08-14 05:30:00 +0530 IST'],
    ['date("2023-08-14").In(timezone("America/Sao_Paulo"))', '2023-08-13 21:00:00 -0300 -03'],
    ['date("2023-08-14").In(timezone("Europe/London"))', '2023-08-14 01:00:00 +0100 BST'],
    ['date("2023-01-14").In(timezone("Europe/London"))', '2023-01-14 00:00:00 +0000 GMT'],
    ['date("2023-08-14T10:00:00+02:00")', '2023-08-14 10:00:00 +0200 +0200'],
    ['date("2023-08-14T10:00:00Z")', '2023-08-14 10:00:00 +0000 UTC'],
    ['date("Mon, 14 Aug 2023 10:00:00 CEST")', '2023-08-14 10:00:00 +0000 CEST'],
    ['date("10:20:30")', '0000-01-01 10:20:30 +0000 UTC'],
    // Local time that does not exist, and local time that exists twice.
    ['date("2023-03-26 02:30:00", "2006-01-02 15:04:05", "Europe/Zurich")', '2023-03-26 03:30:00 +0200 CEST'],
    ['date("2023-10-29 02:30:00", "2006-01-02 15:04:05", "Europe/Zurich")', '2023-10-29 02:30:00 +0100 CET'],
    ['date("14 Aug 23 10:00 CEST", "02 Jan 06 15:04 MST", "Europe/Zurich").UTC()', '2023-08-14 08:00:00 +0000 UTC'],
    ['date(timezone("Europe/Zurich"), "2023-08-14 10:00", "2006-01-02 15:04").UTC()', '2023-08-14 08:00:00 +0000 UTC'],
    ['date("2023-08-14").In(timezone("")).Location()', 'UTC'],
    ['now(timezone("Europe/Zurich")).Location()', 'Europe/Zurich'],
    ['date("2023-08-14").Weekday()', 'Monday'],
    ['date("2023-08-14").Month()', 'August'],
    ['date("2024-12-31").YearDay()', '366'],
    ['date("0001-01-01").IsZero()', 'true'],
    ['date("2023-08-14") == date("2023-08-14T02:00:00+02:00")', 'true'],
    ['date("2023-08-14 10:40:00").Round(duration("1h"))', '2023-08-14 11:00:00 +0000 UTC'],
    ['date("2023-08-14 10:40:00").Truncate(duration("24h"))', '2023-08-14 00:00:00 +0000 UTC'],
    ['date("2023-08-14 10:00:00.000000001").UnixNano()', '1692007200000000001'],
    ['date("1969-12-31 23:59:59.5").Unix()', '-1'],
    ['date("1969-12-31 23:59:59.5").UnixMilli()', '-500'],
    ['date("2300-01-01") - date("1900-01-01")', '2562047h47m16.854775807s'],
    ['date("2023-08-14").Compare(date("2023-08-15"))', '-1'],
  ])('%s is %s', (expression, text) => {
    expect(of(expression)).toBe(text);
  });

  it.each(['Nowhere/City', '+02:00', '../etc/passwd', 'Europe/Zurich ', 'a'.repeat(1000)])('%j is none', (name) => {
    expect(of(`timezone(${JSON.stringify(name)})`)).toBe('fails: unknown time zone');
  });

  it.each([
    'date("2023-08-14").Foo()',
    'date("2023-08-14").seconds',
    'date("2023-08-14").Year',
    'date("2023-08-14").Add(5)',
    'date("2023-08-14").Year(1)',
    'date("2023-08-14").Month() == 8',
    'timezone("UTC").at(0)',
    'date(5)',
    'date()',
    'date("a", "b", "UTC", "d")',
    'date("2023-08-14") + date("2023-08-14")',
    'duration("1s") / 2',
    'duration("1s") - date("2023-08-14")',
  ])('%s fails', (expression) => {
    expect(of(expression)).toMatch(/^fails: /);
  });
});
