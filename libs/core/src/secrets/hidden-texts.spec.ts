import * as fc from 'fast-check';
import { HiddenTexts, valuesWithin } from './hidden-texts';

const hide = (text: string, ...secrets: string[]) => new HiddenTexts(secrets).hide(text);

describe('hidden texts', () => {
  it.each([
    ['Bearer hidden!', ['hidden'], 'Bearer [REDACTED]!'],
    ['hiddenhidden', ['hidden'], '[REDACTED][REDACTED]'],
    ['abcdef-abc-xyz', ['abcdef', 'abc', 'xyz'], '[REDACTED]-[REDACTED]-[REDACTED]'],
    ['abcdef', ['abcd', 'cdef'], '[REDACTED]'],
    ['aaaa', ['aa'], '[REDACTED]'],
    ['a [REDACTED] b', ['RED'], 'a [[REDACTED]ACTED] b'],
    ['nothing', ['', 'n', '😀'], 'nothing'],
    ['{"a":"x\\"y\\nz"}', ['x"y\nz'], '{"a":"[REDACTED]"}'],
    ['a pem', ['pem\n'], 'a [REDACTED]'],
  ])('%s without %j is %s', (text, secrets, expected) => {
    expect(hide(text, ...secrets)).toBe(expected);
  });

  it('are found in keys and texts, however deep', () => {
    const document = { env: { A: 'x-one-y' }, files: { two: '' }, list: [[{ run: 'three' }]], n: 4, at: new Date() };

    expect(valuesWithin(['one', 'two', 'three', 'four', '', '4'], document)).toEqual(['one', 'two', 'three']);
    expect(valuesWithin(['one'], undefined)).toEqual([]);
    expect(valuesWithin(['abcd', 'bc', 'c d', 'cd'], ['xabcdx'])).toEqual(['abcd', 'bc', 'cd']);
  });

  it('can be joined', () => {
    const [one, two] = [new HiddenTexts(['one']), new HiddenTexts(['two', 'one'])];

    expect(one.with(two).hide('one two')).toBe('[REDACTED] [REDACTED]');
    expect(two.with(one)).toBe(two);
  });

  it.each([
    ['one that repeats itself', 'a'.repeat(1_000_000), ['a'.repeat(10_000)]],
    ['many', 'secret-1 secret-x '.repeat(20_000), Array.from({ length: 20_000 }, (_, i) => `secret-${i}-`)],
  ])('take no more time when there is %s', (_, text, values) => {
    const hidden = new HiddenTexts(values);
    const started = performance.now();

    hidden.hide(text);

    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('take no more time in small pieces', () => {
    const stream = new HiddenTexts(['a'.repeat(100_000)]).stream();
    const started = performance.now();

    for (let i = 0; i < 99_999; i++) stream.push('a');

    expect(stream.end()).toHaveLength(99_999);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

/** Few characters, so that secrets overlap, contain one another and begin within one another. */
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 40 });
const secrets = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 }), { maxLength: 12 });

describe('whatever the secrets', () => {
  it('those that stand in a text are found, and no others', () => {
    fc.assert(
      fc.property(text, secrets, (whole, values) => {
        const expected = values.filter((value) => value.length > 1 && whole.includes(value));

        expect(valuesWithin(values, { key: [whole] })).toEqual(expected);
      }),
    );
  });

  it('none of them is in what is shown', () => {
    fc.assert(
      fc.property(text, secrets, (whole, values) => {
        const shown = hide(whole, ...values);

        for (const value of values) if (value.length > 1) expect(shown).not.toContain(value);
      }),
    );
  });

  it('nothing else is taken from it', () => {
    fc.assert(
      fc.property(text, secrets, (whole, values) => {
        const stays = [...whole].map(() => true);
        for (const value of values.filter(({ length }) => length > 1)) {
          for (let at = whole.indexOf(value); at !== -1; at = whole.indexOf(value, at + 1)) {
            stays.fill(false, at, at + value.length);
          }
        }

        const kept = [...whole].filter((_, i) => stays[i]).join('');
        expect(hide(whole, ...values).replaceAll('[REDACTED]', '')).toBe(kept);
      }),
    );
  });

  it('a text in pieces comes out like the whole', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), secrets, (pieces, values) => {
        const hidden = new HiddenTexts(values);
        const stream = hidden.stream();

        const shown = pieces.map((piece) => stream.push(piece)).join('') + stream.end();

        expect(shown).toBe(hidden.hide(pieces.join('')));
      }),
      { numRuns: 1_000 },
    );
  });

  it('no more is held back than may be the beginning of one', () => {
    const stream = new HiddenTexts(['hidden-value']).stream();

    expect(stream.push('a line\n')).toBe('a line\n');
    expect(stream.push('say hidden-')).toBe('say ');
    expect(stream.push('val')).toBe('');
    expect(stream.push('id')).toBe('hidden-valid');
    expect(stream.push('hidden-value')).toBe('[REDACTED]');
    expect(stream.push('hidden')).toBe('');
    expect(stream.end()).toBe('hidden');
  });
});
