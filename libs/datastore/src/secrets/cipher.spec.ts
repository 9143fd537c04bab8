import { Cipher } from './cipher';

/** `s3cret` under the SHA-256 of `secret-key`, with a nonce of zeros, by another implementation of AES-256-GCM. */
const MADE_ELSEWHERE = 'enc:AAAAAAAAAAAAAAAAaoF89Ho+9dmkGUaWQYDrpFsD5Hxghw==';

describe('encryption of secrets', () => {
  it('reads what it wrote, and writes nothing twice alike', () => {
    const cipher = new Cipher('key');
    for (const text of ['', 'secret', 'ключ 😀', 'enc:looks encrypted', 'enc::', 'x'.repeat(10_000)]) {
      const sealed = cipher.seal(text);

      expect(sealed).toMatch(/^enc:[A-Za-z0-9+/]+=*$/);
      expect(cipher.open(sealed)).toBe(text);
      expect(cipher.seal(text)).not.toBe(sealed);
    }
  });

  it('has the format of the original: nonce of 12 bytes, ciphertext, tag of 16 bytes', () => {
    const sealed = new Cipher('key').seal('12345');

    expect(new Cipher('secret-key').open(MADE_ELSEWHERE)).toBe('s3cret');
    expect(Buffer.from(sealed.slice(4), 'base64')).toHaveLength(12 + 5 + 16);
  });

  it('reads plain texts as they are, with and without a key', () => {
    for (const cipher of [new Cipher('key'), new Cipher()]) {
      for (const text of ['', 'plain', 'en', 'Enc:x']) expect(cipher.open(text)).toBe(text);
    }
  });

  it('tells plain texts that look encrypted from encrypted ones, without a key', () => {
    const cipher = new Cipher();
    for (const text of ['enc:', 'enc:abc', 'enc::', 'enc::abc', 'enc:::']) {
      expect(cipher.seal(text)).not.toBe(text);
      expect(cipher.open(cipher.seal(text))).toBe(text);
      expect(new Cipher('key').open(cipher.seal(text))).toBe(text);
    }
    expect(cipher.seal('plain')).toBe('plain');
  });

  it('cannot read with another key, or none, or what is no encrypted text', () => {
    const sealed = new Cipher('key').seal('secret');

    expect(new Cipher('other').open(sealed)).toBeUndefined();
    expect(new Cipher().open(sealed)).toBeUndefined();
    for (const broken of ['enc:', 'enc:!!', MADE_ELSEWHERE, `${sealed.slice(0, -6)}AAAA`]) {
      expect(new Cipher('key').open(broken)).toBeUndefined();
    }
  });

  it('reads with former keys, and writes with the present one', () => {
    const old = new Cipher('old').seal('secret');
    const cipher = new Cipher('new', ['older', 'old']);

    expect(cipher.open(old)).toBe('secret');
    expect(new Cipher('new').open(cipher.seal('secret'))).toBe('secret');
    expect(new Cipher(undefined, ['old']).open(old)).toBe('secret');
    expect(new Cipher('', ['old']).seal('secret')).toBe('secret');
  });
});
