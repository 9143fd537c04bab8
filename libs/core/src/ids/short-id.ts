/** Letters and digits that cannot be taken for one another: no `0 1 I O l`. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BASE = BigInt(ALPHABET.length);
/** As many digits as 128 bits need in base 57. */
const LENGTH = 22;

/** The short form of a UUID, as nodes are named: its 16 bytes as a number in base 57, always 22 characters. */
export function shortIdOf(uuid: Uint8Array): string {
  if (uuid.length !== 16) throw new RangeError(`a UUID has 16 bytes, found ${uuid.length}`);
  let number = uuid.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let text = '';
  while (text.length < LENGTH) {
    text = ALPHABET[Number(number % BASE)] + text;
    number /= BASE;
  }
  return text;
}
