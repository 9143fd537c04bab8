import fc from 'fast-check';
import { findNul, mayHoldUnstorable, storable } from './storable';

/** What Postgres can keep: no NUL characters, no halves of surrogate pairs. */
const isKept = (text: string): boolean => !text.includes('\0') && text === text.toWellFormed();

declare global {
  interface String {
    toWellFormed(): string;
  }
}

describe('texts for Postgres', () => {
  const anyText = fc.string({ unit: 'binary' });

  it('are searched for what cannot be kept in their JSON', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        if (!isKept(text)) expect(mayHoldUnstorable(JSON.stringify({ text }))).toBe(true);
      }),
    );
    expect(mayHoldUnstorable(JSON.stringify('plain ключ 😀 \n\u0001'))).toBe(false);
  });

  it('lose it wherever they are, and nothing else', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const cleaned = storable({ [text]: [text, { text }] });

        expect(JSON.stringify(cleaned)).not.toMatch(/\\u0000|\\ud/);
        if (isKept(text)) expect(cleaned).toEqual({ [text]: [text, { text }] });
      }),
    );
    expect(storable('a\0b\ud800c\udc00😀')).toBe('ab\ufffdc\ufffd😀');
  });

  it('keep values that are no texts', () => {
    const at = new Date();
    expect(storable({ at, n: 1, none: null, gone: undefined })).toEqual({ at, n: 1, none: null, gone: undefined });
  });

  it('are named by their place', () => {
    expect(findNul({ a: 'x', b: [{ c: 'y\0' }] })).toBe('b[0].c');
    expect(findNul({ 'k\0ey': 1 })).toBe('key');
    expect(findNul({ a: ['x'], at: new Date(), n: null })).toBeUndefined();
  });
});
