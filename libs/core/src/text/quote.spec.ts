import { quote, shorten } from './quote';

describe('texts in messages', () => {
  it('are quoted on one line', () => {
    expect(quote('a "b"\nc')).toBe('"a \\"b\\"\\nc"');
  });

  it('are cut when they are long, never within a character', () => {
    expect(shorten('a'.repeat(101))).toBe(`${'a'.repeat(100)}…`);
    expect(shorten(`${'a'.repeat(99)}🚀b`)).toBe(`${'a'.repeat(99)}…`);
    expect(shorten('abc', 2)).toBe('ab…');
  });
});
