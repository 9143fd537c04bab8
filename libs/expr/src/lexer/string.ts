import { fail } from '../errors/failure';
import type { Token } from './token';

/** A token and the offset behind it, which for strings does not follow from the text. */
export interface ReadString {
  readonly token: Token;
  readonly end: number;
}

/** A run of characters that stand for themselves. */
const PLAIN = { '"': /[^"\\\n]*/y, "'": /[^'\\\n]*/y };

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** Escapes of a code point: octal, two, four or eight hexadecimal digits, or one to six in braces. */
const NUMERIC_ESCAPE = /[0-3][0-7]{2}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|u\{[\da-fA-F]{1,6}\}/y;

/** Reads the string in quotes that begins at an offset. */
export function readQuoted(source: string, at: number): ReadString {
  const quote = source[at] as '"' | "'";
  const plain = PLAIN[quote];
  let text = '';
  let i = at + 1;
  for (;;) {
    plain.lastIndex = i;
    const run = plain.exec(source)?.[0] ?? '';
    text += run.includes('\r') ? run.replaceAll('\r', '\n') : run;
    i += run.length;
    if (source[i] === quote) return { token: { kind: 'string', text, at }, end: i + 1 };
    if (source[i] !== '\\') return fail('string is not closed', at);
    const [character, length] = readEscape(source, i, quote);
    text += character;
    i += length;
  }
}

function readEscape(source: string, at: number, quote: string): [character: string, length: number] {
  const next = source.charAt(at + 1);
  if (next === quote) return [quote, 2];
  const simple = Object.hasOwn(SIMPLE_ESCAPES, next) ? SIMPLE_ESCAPES[next] : undefined;
  if (simple !== undefined) return [simple, 2];
  NUMERIC_ESCAPE.lastIndex = at + 1;
  const escape = NUMERIC_ESCAPE.exec(source)?.[0];
  if (escape === undefined) return fail('string has an unknown escape', at);
  const octal = /^[0-3]/.test(escape);
  const codePoint = parseInt(octal ? escape : escape.replace(/[xuU{}]/g, ''), octal ? 8 : 16);
  if (codePoint > 0x10ffff) return fail('string has an escape beyond the last code point', at);
  const isSurrogate = codePoint >= 0xd800 && codePoint < 0xe000;
  return [isSurrogate ? '\ufffd' : String.fromCodePoint(codePoint), escape.length + 1];
}

/** Reads the raw string in backticks that begins at an offset; two backticks in it stand for one. */
export function readRaw(source: string, at: number): ReadString {
  let text = '';
  let from = at + 1;
  for (;;) {
    const close = source.indexOf('`', from);
    if (close < 0) return fail('string is not closed', at);
    text += source.slice(from, close);
    if (source[close + 1] !== '`') return { token: { kind: 'string', text, at }, end: close + 1 };
    text += '`';
    from = close + 2;
  }
}
