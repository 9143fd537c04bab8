import { isUtf8 } from 'node:buffer';

/** Strings of the language are sequences of UTF-8 bytes; JavaScript's are UTF-16. What differs is here. */

const ASCII = /^[\x00-\x7f]*$/;

/** Whether bytes, characters and UTF-16 units of the text are the same. */
export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

/** Length in UTF-8 bytes. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

/** The bytes from `from` up to `to`, which must be in order and within bounds. Cut characters become U+FFFD. */
export function sliceBytes(text: string, from: number, to: number): string {
  return isAscii(text) ? text.slice(from, to) : decodeUtf8(Buffer.from(text).subarray(from, to));
}

/** Text from bytes; each byte that is not part of a character becomes a U+FFFD. */
export function decodeUtf8(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const length = characterLength(bytes, i);
    text += length === 0 ? '\ufffd' : bytes.toString('utf8', i, i + length);
    i += length || 1;
  }
  return text;
}

/** Bytes of the character that begins at an offset, 0 if there is none. */
function characterLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  }
  return 0;
}

/** The byte at an offset within bounds. */
export function byteAt(text: string, offset: number): number {
  return isAscii(text) ? text.charCodeAt(offset) : (Buffer.from(text)[offset] ?? 0);
}

/** Byte offset of the first (or last) occurrence, or -1. */
export function indexOfBytes(text: string, part: string, last: boolean): number {
  const index = last ? text.lastIndexOf(part) : text.indexOf(part);
  return index <= 0 ? index : byteLength(text.slice(0, index));
}

/** Number of code points. */
export function codePointCount(text: string): number {
  if (isAscii(text)) return text.length;
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1))) i++;
    count++;
  }
  return count;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/** Units from the first surrogate on: only these are in another order than the code points that they stand for. */
const HIGH = /[\ud800-\uffff]/;

/** Order of the UTF-8 bytes, which is that of the code points: below 0, 0 or above 0. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  if (!HIGH.test(a) || !HIGH.test(b)) return a < b ? -1 : 1;
  const shorter = Math.min(a.length, b.length);
  let i = 0;
  while (i < shorter && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === shorter) return a.length - b.length;
  return rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
}

/** Moves the surrogates, which stand for the highest code points, above all other units. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** The Unicode White_Space property: JavaScript's `\s` has U+FEFF too many and lacks U+0085. */
export const WHITE_SPACE = '\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const SPACE = new RegExp(`^[${WHITE_SPACE}]$`);

/** Strips white space from both ends. */
export function trimSpace(text: string): string {
  let from = 0;
  let to = text.length;
  while (to > from && isSpace(text, to - 1)) to--;
  while (from < to && isSpace(text, from)) from++;
  return text.slice(from, to);
}

function isSpace(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  return SPACE.test(text.charAt(at));
}

/** Strips any of the given characters from both ends. */
export function trimCharacters(text: string, characters: string): string {
  const set = new Set(characters);
  const all = [...text];
  let from = 0;
  let to = all.length;
  while (from < to && set.has(all[from] ?? '')) from++;
  while (to > from && set.has(all[to - 1] ?? '')) to--;
  return all.slice(from, to).join('');
}

/** Upper case, code point by code point: no character turns into two (`ß` stays), and no language has its own rules. */
export function upperCase(text: string): string {
  return isAscii(text) ? text.toUpperCase() : mapCharacters(text, upperCharacter);
}

/** Lower case, code point by code point, without the rule for a final sigma. */
export function lowerCase(text: string): string {
  return isAscii(text) ? text.toLowerCase() : mapCharacters(text, lowerCharacter);
}

function mapCharacters(text: string, map: (character: string) => string): string {
  let mapped = '';
  for (const character of text) mapped += map(character);
  return mapped;
}

/** Greek letters with iota subscript: JavaScript writes the iota out, the simple mapping has one character for both. */
const IOTA_SUBSCRIPT = /^[\u1f80-\u1f87\u1f90-\u1f97\u1fa0-\u1fa7]$/;
const IOTA_SUBSCRIPT_NINE = /^[\u1fb3\u1fc3\u1ff3]$/;

function upperCharacter(character: string): string {
  const upper = character.toUpperCase();
  if (upper.length === character.length) return upper;
  if (IOTA_SUBSCRIPT.test(character)) return String.fromCharCode(character.charCodeAt(0) + 8);
  if (IOTA_SUBSCRIPT_NINE.test(character)) return String.fromCharCode(character.charCodeAt(0) + 9);
  return character;
}

function lowerCharacter(character: string): string {
  const lower = character.toLowerCase();
  if (lower.length === character.length) return lower;
  return character === '\u0130' ? 'i' : character;
}

/** Replaces halves of surrogate pairs, which no UTF-8 text can hold. */
export function wellFormed(text: string): string {
  return isAscii(text) ? text : text.replace(/\p{Surrogate}/gu, '\ufffd');
}
