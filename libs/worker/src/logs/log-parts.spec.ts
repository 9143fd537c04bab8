import * as fc from 'fast-check';
import { PART_BYTES, partsOf } from './log-parts';

/** The text as its bytes say it: a character cut apart becomes U+FFFD. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

describe('partsOf', () => {
  it('leaves a short text in one piece and an empty one in none', () => {
    expect(partsOf('line\n')).toEqual(['line\n']);
    expect(partsOf('')).toEqual([]);
  });

  it('loses nothing, cuts no character, and keeps each part within its bytes', () => {
    const long = fc
      .tuple(
        fc.string({ unit: 'grapheme-composite', minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 40_000 }),
      )
      .map(([text, times]) => text.repeat(times).slice(0, 300_000));
    fc.assert(
      fc.property(long, (text) => {
        const whole = wellFormed(text);

        const parts = partsOf(whole);

        expect(parts.join('')).toBe(whole);
        for (const part of parts) {
          expect(wellFormed(part)).toBe(part);
          expect(Buffer.byteLength(part)).toBeLessThanOrEqual(PART_BYTES);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('fills its parts', () => {
    expect(partsOf('x'.repeat(PART_BYTES * 2 + 1)).map(({ length }) => length)).toEqual([PART_BYTES, PART_BYTES, 1]);
  });
});
