import fc from 'fast-check';
import { DurationError, formatDuration, isDuration, parseDuration } from './duration';

const HOUR_MS = 3_600_000;

describe('parseDuration', () => {
  it.each([
    ['0', 0],
    ['-0', 0],
    ['+0', 0],
    ['0s', 0],
    ['5s', 5000],
    ['+2s', 2000],
    ['-1s', -1000],
    ['1h', HOUR_MS],
    ['1.5h', 1.5 * HOUR_MS],
    ['.5s', 500],
    ['5.s', 5000],
    ['1h2m3s', HOUR_MS + 123_000],
    ['1m1m', 120_000],
    ['3s1h', HOUR_MS + 3000],
    ['100ms', 100],
    ['1us', 0.001],
    ['1µs', 0.001],
    ['1μs', 0.001],
    ['10ns', 0.00001],
    ['0.1ns', 0],
    ['2562047h', 2_562_047 * HOUR_MS],
    [`0.${'3'.repeat(500)}s`, 333.333333],
    [`${'0'.repeat(500)}1s`, 1000],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
    expect(isDuration(text)).toBe(true);
  });

  it.each([
    ['', 'time: invalid duration ""'],
    ['soon', 'time: invalid duration "soon"'],
    ['5', 'time: missing unit in duration "5"'],
    ['1d', 'time: unknown unit "d" in duration "1d"'],
    ['1w', 'time: unknown unit "w" in duration "1w"'],
    ['5S', 'time: unknown unit "S" in duration "5S"'],
    ['5sec', 'time: unknown unit "sec" in duration "5sec"'],
    ['1h 30m', 'time: unknown unit "h " in duration "1h 30m"'],
    [' 5s', 'time: invalid duration " 5s"'],
    ['5s ', 'time: unknown unit "s " in duration "5s "'],
    ['s', 'time: invalid duration "s"'],
    ['h1', 'time: invalid duration "h1"'],
    ['1.2.3s', 'time: missing unit in duration "1.2.3s"'],
    ['1e3s', 'time: unknown unit "e" in duration "1e3s"'],
    ['P1D', 'time: invalid duration "P1D"'],
    ['1,5h', 'time: unknown unit "," in duration "1,5h"'],
    ['-', 'time: invalid duration "-"'],
    ['.', 'time: invalid duration "."'],
    ['.s', 'time: invalid duration ".s"'],
    ['--5s', 'time: invalid duration "--5s"'],
    ['5s-1s', 'time: unknown unit "s-" in duration "5s-1s"'],
    ['9999999999h', 'time: invalid duration "9999999999h"'],
    ['2562048h', 'time: invalid duration "2562048h"'],
    ['1_000s', 'time: unknown unit "_" in duration "1_000s"'],
    ['constructor', 'time: invalid duration "constructor"'],
    ['1constructor', 'time: unknown unit "constructor" in duration "1constructor"'],
  ])('refuses %j', (text, message) => {
    expect(() => parseDuration(text)).toThrow(new DurationError(message));
    expect(isDuration(text)).toBe(false);
  });

  it('is quick with a long text and does not repeat it', () => {
    const text = '1'.repeat(5_000_000) + 's';

    expect(() => parseDuration(text)).toThrow(/^.{0,200}$/);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [1, '1ms'],
    [0.001, '1µs'],
    [0.0015, '1.5µs'],
    [0.000001, '1ns'],
    [250.5, '250.5ms'],
    [1500, '1.5s'],
    [60_000, '1m0s'],
    [HOUR_MS, '1h0m0s'],
    [26 * HOUR_MS + 61_001, '26h1m1.001s'],
    [-90_000, '-1m30s'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('refuses what is no number of milliseconds', () => {
    expect(() => formatDuration(NaN)).toThrow(DurationError);
    expect(() => formatDuration(Infinity)).toThrow(DurationError);
  });

  it('is read back as the same duration', () => {
    fc.assert(fc.property(fc.integer({ min: -1e12, max: 1e12 }), (ms) => parseDuration(formatDuration(ms)) === ms));
  });
});
