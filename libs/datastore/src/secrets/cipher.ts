import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** What an encrypted text begins with; the rest is base64. */
const ENCRYPTED = 'enc:';
/** A plain text that begins like an encrypted one is stored with another colon, which no base64 has. */
const ESCAPED = 'enc::';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const NONCES_AT_A_TIME = 256;

/**
 * Encrypts texts with AES-256-GCM, in the format of Tork 0.1.153: `enc:` and the base64 of nonce, ciphertext and tag,
 * under the SHA-256 of a passphrase. Without passphrases it only keeps plain texts apart from encrypted ones.
 */
export class Cipher {
  private readonly key: Buffer | undefined;
  private readonly keys: readonly Buffer[];
  /** Random bytes for the next nonces: to draw them one by one would cost a third of the whole. */
  private nonces = Buffer.alloc(0);

  /** Encrypts with `passphrase`, if there is one; decrypts with the former ones too, so that it can be changed. */
  constructor(passphrase?: string, former: readonly string[] = []) {
    const [key, ...others] = [passphrase, ...former].map((text) =>
      text ? createHash('sha256').update(text).digest() : undefined,
    );
    this.key = key;
    this.keys = [key, ...others].filter((each) => each !== undefined);
  }

  get encrypts(): boolean {
    return this.key !== undefined;
  }

  seal(text: string): string {
    if (!this.key) return this.escape(text);
    const nonce = this.nextNonce();
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce);
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return ENCRYPTED + sealed.toString('base64');
  }

  /** A text that stays readable, but is not taken for an encrypted one. */
  escape(text: string): string {
    return text.startsWith(ENCRYPTED) ? ESCAPED + text.slice(ENCRYPTED.length) : text;
  }

  private nextNonce(): Buffer {
    if (this.nonces.length === 0) this.nonces = randomBytes(NONCE_BYTES * NONCES_AT_A_TIME);
    const nonce = this.nonces.subarray(0, NONCE_BYTES);
    this.nonces = this.nonces.subarray(NONCE_BYTES);
    return nonce;
  }

  /** Undefined if the text is encrypted and none of the keys fits. */
  open(text: string): string | undefined {
    if (!text.startsWith(ENCRYPTED)) return text;
    if (text.startsWith(ESCAPED)) return ENCRYPTED + text.slice(ESCAPED.length);
    const sealed = Buffer.from(text.slice(ENCRYPTED.length), 'base64');
    for (const key of this.keys) {
      const opened = decrypt(sealed, key);
      if (opened !== undefined) return opened;
    }
    return undefined;
  }
}

function decrypt(sealed: Buffer, key: Buffer): string | undefined {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    const text = decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    // The tag does not match: another key, or no encrypted text at all.
    return undefined;
  }
}
