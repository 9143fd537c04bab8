import fc from 'fast-check';
import { DEFAULT_LIMITS } from '../evaluator/limits';
import { Run } from '../evaluator/run';
import { jobEnvironment } from '../index';
import { Float } from './boxes';
import { textOf } from './display';
import { areEqual } from './equality';
import { floatText } from './float-text';
import { addInts, multiplyInts, remainder, subtractInts, wrapInt } from './ints';
import { GeneralMap, StringMap } from './maps';
import { compareNumbers, roundHalfAway } from './numbers';
import { pow } from './power';
import {
  byteAt,
  byteLength,
  codePointCount,
  compareText,
  indexOfBytes,
  lowerCase,
  sliceBytes,
  trimSpace,
  upperCase,
} from './text';
import type { Value } from './value';

const run = () => new Run(jobEnvironment({}), DEFAULT_LIMITS);

/** Ints around everything that matters: zero, the safe integers, the ends of 64 bits. */
const int64 = fc
  .tuple(
    fc.constantFrom(0n, 2n ** 31n, 2n ** 53n, 2n ** 62n, 2n ** 63n - 1n, -(2n ** 53n), -(2n ** 63n)),
    fc.bigInt({ min: -100n, max: 100n }),
  )
  .map(([base, offset]) => BigInt.asIntN(64, base + offset));

const text = fc.string({ unit: 'grapheme', maxLength: 8 });

describe('ints', () => {
  it('wrap around at 64 bits and stay in their one form', () => {
    fc.assert(
      fc.property(int64, int64, (a, b) => {
        const [x, y] = [wrapInt(a), wrapInt(b)];

        expect(addInts(x, y)).toBe(wrapInt(a + b));
        expect(subtractInts(x, y)).toBe(wrapInt(a - b));
        expect(multiplyInts(x, y)).toBe(wrapInt(a * b));
        if (b !== 0n) expect(remainder(x, y)).toBe(wrapInt(a % b));
        expect(Math.sign(compareNumbers(x, y))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
      { numRuns: 2000 },
    );
  });

  it('have no negative zero', () => {
    for (const zero of [multiplyInts(0, -5), subtractInts(0, 0), remainder(-4, 2)]) expect(zero).toBe(0);
  });
});

describe('floats', () => {
  it.each([
    [0, '0'],
    [-0, '-0'],
    [0.5, '0.5'],
    [100_000, '100000'],
    [999_999.5, '999999.5'],
    [1e6, '1e+06'],
    [1_234_567, '1.234567e+06'],
    [5e8, '5e+08'],
    [1e20, '1e+20'],
    [1e21, '1e+21'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1.5e-300, '1.5e-300'],
    [0.1 + 0.2, '0.30000000000000004'],
    [NaN, 'NaN'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [-1.5, '-1.5'],
  ])('%p is %s', (value, shown) => {
    expect(floatText(value)).toBe(shown);
  });

  it('read back what they print', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
        expect(Number(floatText(value))).toBe(value),
      ),
    );
  });

  it('are rounded away from zero in the middle', () => {
    expect([1.5, -1.5, 0.5, -0.5, 2.4, -2.6, 0.49999999999999994, 4503599627370497.5].map(roundHalfAway)).toEqual([
      2, -2, 1, -1, 2, -3, 0, 4503599627370498,
    ]);
  });
});

describe('powers', () => {
  it('are those of the host but for the last digits', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e3, max: 1e3, noNaN: true }),
        fc.double({ min: -60, max: 60, noNaN: true }),
        (x, y) => {
          const [own, host] = [pow(x, y), x ** y];

          if (Number.isNaN(host)) expect(own).toBeNaN();
          else if (host === 0 || !Number.isFinite(host)) expect(own).toBe(host);
          else expect(Math.abs(own / host - 1)).toBeLessThan(1e-12);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('keep to IEEE at the edges', () => {
    expect(pow(1, NaN)).toBe(1);
    expect(pow(-1, Infinity)).toBe(1);
    expect(pow(NaN, 0)).toBe(1);
    expect(pow(-8, 1 / 3)).toBeNaN();
    expect(pow(-2, 3)).toBe(-8);
    expect(pow(0, -1)).toBe(Infinity);
    expect(pow(-0, -3)).toBe(-Infinity);
    expect(pow(2, 1023)).toBe(2 ** 1023);
    expect(pow(2, 1024)).toBe(Infinity);
    expect(pow(2, -1074)).toBe(5e-324);
    expect(pow(2, -1080)).toBe(0);
    expect(pow(5e-324, 1)).toBe(5e-324);
    expect(pow(-3, 1e300)).toBe(Infinity);
    expect(pow(4, 0.5)).toBe(2);
  });
});

describe('texts', () => {
  it('are measured, cut and ordered as UTF-8', () => {
    fc.assert(
      fc.property(text, text, fc.nat(20), fc.nat(20), (a, b, i, j) => {
        const bytes = Buffer.from(a);
        const [from, to] = [Math.min(i, j, bytes.length), Math.min(Math.max(i, j), bytes.length)];

        expect(byteLength(a)).toBe(bytes.length);
        expect(codePointCount(a)).toBe([...a].length);
        expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(bytes, Buffer.from(b)));
        expect(indexOfBytes(a + b, b, false)).toBe(Buffer.from(a + b).indexOf(Buffer.from(b)));
        if (from < bytes.length) expect(byteAt(a, from)).toBe(bytes[from]);
        const slice = sliceBytes(a, from, to);
        if (!slice.includes('\ufffd')) expect(Buffer.from(slice)).toEqual(bytes.subarray(from, to));
      }),
      { numRuns: 2000 },
    );
  });

  it('put a replacement character for each byte of a character that was cut', () => {
    expect(sliceBytes('日本', 0, 2)).toBe('\ufffd\ufffd');
    expect(sliceBytes('日本', 1, 5)).toBe('\ufffd\ufffd\ufffd\ufffd');
    expect(sliceBytes('a😀b', 0, 6)).toBe('a😀b');
    expect(sliceBytes('a😀b', 1, 4)).toBe('\ufffd\ufffd\ufffd');
  });

  it('change case character by character', () => {
    expect(upperCase('straße ŉ ﬁ ǆ')).toBe('STRAßE ŉ ﬁ Ǆ');
    expect(upperCase('ᾳ ᾀ ῳ')).toBe('ᾼ ᾈ ῼ');
    expect(lowerCase('ΟΔΟΣ İ ẞ')).toBe('οδοσ i ß');
    fc.assert(fc.property(text, (s) => expect([...upperCase(s)].length).toBe([...s].length)));
  });

  it('lose the white space of Unicode at their ends', () => {
    expect(trimSpace('\u0085\u00a0\u2003 x y \u3000\n')).toBe('x y');
    expect(trimSpace('\ufeffx\ufeff')).toBe('\ufeffx\ufeff');
    expect(trimSpace(' \t ')).toBe('');
  });
});

describe('equality', () => {
  const equal = (a: Value, b: Value) => areEqual(a, b, run());
  const map = (entries: Record<string, Value>) => new Map(Object.entries(entries));

  it('compares numbers by value, but strictly inside maps', () => {
    expect(equal(1, new Float(1))).toBe(true);
    expect(equal([1], [new Float(1)])).toBe(true);
    expect(equal(map({ a: 1 }), map({ a: new Float(1) }))).toBe(false);
    expect(equal([map({ a: [1] })], [map({ a: [1] })])).toBe(true);
    expect(equal(map({ a: [1] }), map({ a: [new Float(1)] }))).toBe(false);
    expect(equal(new Float(NaN), new Float(NaN))).toBe(false);
    expect(equal(9007199254740993n, new Float(9007199254740992))).toBe(true);
    expect(equal(9007199254740993n, 9007199254740994n)).toBe(false);
  });

  it('tells kinds of maps apart, and nil from what is empty', () => {
    expect(equal(map({}), new StringMap({}))).toBe(false);
    expect(equal(map({}), new GeneralMap(null))).toBe(false);
    expect(equal(new StringMap({ a: '1' }), new StringMap({ a: '1' }))).toBe(true);
    expect(equal(new StringMap(undefined), null)).toBe(true);
    expect(equal(new StringMap({}), null)).toBe(false);
    for (const empty of ['', 0, false, [], map({})]) expect(equal(empty, null)).toBe(false);
  });
});

it('general maps tell keys apart by type and value, and show them in order', () => {
  const keys: Value[] = ['1', 1, new Float(1), true, null, 'a', false, 10, 2, new Float(0.5)];
  const map = new GeneralMap('none');
  keys.forEach((key, i) => map.set(key, i));

  expect(map.size).toBe(10);
  expect(map.get(1)).toBe(1);
  expect(map.get(new Float(1))).toBe(2);
  expect(map.get('x')).toBe('none');
  expect(textOf(map, run())).toBe('map[<nil>:4 false:6 true:3 0.5:9 1:1 1:2 2:8 10:7 1:0 a:5]');
});
