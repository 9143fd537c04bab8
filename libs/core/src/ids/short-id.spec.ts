import * as fc from 'fast-check';
import { shortIdOf } from './short-id';

const uuids = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe('shortIdOf', () => {
  it('has 22 characters, none of them easily mistaken', () => {
    fc.assert(fc.property(uuids, (uuid) => expect(shortIdOf(uuid)).toMatch(/^[2-9A-HJ-NP-Za-km-z]{22}$/)));
  });

  it('keeps the order of the bytes, so different UUIDs have different ids', () => {
    fc.assert(
      fc.property(uuids, uuids, (a, b) => {
        const [x, y] = [shortIdOf(a), shortIdOf(b)];
        expect(Math.sign(Buffer.compare(a, b))).toBe(x < y ? -1 : x > y ? 1 : 0);
      }),
    );
  });

  it('pads small numbers and holds the largest', () => {
    expect(shortIdOf(new Uint8Array(16))).toBe('2'.repeat(22));
    expect(shortIdOf(new Uint8Array(16).fill(255))).toHaveLength(22);
  });

  it('refuses anything but 16 bytes', () => {
    expect(() => shortIdOf(new Uint8Array(15))).toThrow('a UUID has 16 bytes, found 15');
  });
});
