import { DocumentError } from '../errors';
import { MAX_DEPTH, MAX_VALUES, wellFormed } from './source';
import type { ListNode, MappingNode, ScalarNode, SourceNode, SourceText } from './source';

/**
 * Reads the first JSON value of a document; whatever follows it is ignored. Unlike `JSON.parse` it keeps repeated keys, the
 * source text of numbers, and where everything stands.
 *
 * @throws DocumentError `EOF` for a blank text, `unexpected EOF` or `invalid character …` for anything that is no JSON.
 */
export function readJson(source: SourceText): SourceNode {
  return new JsonReader(source).read();
}

const BLANKS = /[ \t\r\n]*/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const DIGITS = /[0-9]*/y;
const HEX = /[0-9a-fA-F]{0,4}/y;
const ESCAPES: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', '/': '/' };

class JsonReader {
  private at = 0;
  private values = 0;

  private readonly text: string;

  constructor(private readonly source: SourceText) {
    this.text = source.text;
  }

  read(): SourceNode {
    this.skip(BLANKS);
    if (this.at >= this.text.length) throw new DocumentError('EOF', [{ path: '', message: 'the body is empty' }]);
    return this.value(0);
  }

  private value(depth: number): SourceNode {
    if (depth > MAX_DEPTH) throw this.error(`exceeded max depth of ${MAX_DEPTH}`);
    if (++this.values > MAX_VALUES) throw this.error(`more than ${MAX_VALUES} values`);
    switch (this.text[this.at]) {
      case '{':
        return this.object(depth);
      case '[':
        return this.array(depth);
      case '"':
        return this.string();
      case 't':
        return this.literal('true', 'bool');
      case 'f':
        return this.literal('false', 'bool');
      case 'n':
        return this.literal('null', 'null');
      default:
        return this.number();
    }
  }

  private object(depth: number): MappingNode {
    const node: MappingNode = { kind: 'mapping', entries: [], at: this.at };
    this.at += 1;
    this.skip(BLANKS);
    if (this.text[this.at] === '}') {
      this.at += 1;
      return node;
    }
    for (;;) {
      this.skip(BLANKS);
      if (this.text[this.at] !== '"') throw this.unexpected('looking for beginning of object key string');
      const key = this.string();
      this.skip(BLANKS);
      if (this.text[this.at] !== ':') throw this.unexpected('after object key');
      this.at += 1;
      this.skip(BLANKS);
      node.entries.push({ key, value: this.value(depth + 1) });
      if (this.endOf('}', 'after object key:value pair')) return node;
    }
  }

  private array(depth: number): ListNode {
    const node: ListNode = { kind: 'list', items: [], at: this.at };
    this.at += 1;
    this.skip(BLANKS);
    if (this.text[this.at] === ']') {
      this.at += 1;
      return node;
    }
    for (;;) {
      this.skip(BLANKS);
      node.items.push(this.value(depth + 1));
      if (this.endOf(']', 'after array element')) return node;
    }
  }

  /** Takes the comma or the closing bracket after an element; answers whether it was the bracket. */
  private endOf(bracket: '}' | ']', context: string): boolean {
    this.skip(BLANKS);
    const next = this.text[this.at];
    if (next !== ',' && next !== bracket) throw this.unexpected(context);
    this.at += 1;
    return next === bracket;
  }

  private string(): ScalarNode {
    const start = this.at;
    this.at += 1;
    this.skip(PLAIN);
    let text = this.text.slice(start + 1, this.at);
    if (this.text[this.at] === '\\') text = wellFormed(text + this.escaped());
    if (this.text[this.at] !== '"') throw this.unexpected('in string literal');
    this.at += 1;
    return { kind: 'scalar', tag: 'str', text, at: start };
  }

  /** The rest of a string from its first escape. */
  private escaped(): string {
    const parts: string[] = [];
    while (this.text[this.at] === '\\') {
      parts.push(this.escape());
      const start = this.at;
      this.skip(PLAIN);
      parts.push(this.text.slice(start, this.at));
    }
    return parts.join('');
  }

  private escape(): string {
    this.at += 1;
    const letter = this.text[this.at] ?? '';
    if (letter !== 'u') {
      const character = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
      if (character === undefined) throw this.unexpected('in string escape code');
      this.at += 1;
      return character;
    }
    this.at += 1;
    const start = this.at;
    this.skip(HEX);
    if (this.at - start < 4) throw this.unexpected('in \\u hexadecimal character escape');
    return String.fromCharCode(parseInt(this.text.slice(start, this.at), 16));
  }

  private number(): ScalarNode {
    const start = this.at;
    if (this.text[this.at] === '-') this.at += 1;
    if (this.text[this.at] === '0') this.at += 1;
    else this.digits(this.at > start ? 'in numeric literal' : 'looking for beginning of value');
    const integer = this.at;
    if (this.text[this.at] === '.') {
      this.at += 1;
      this.digits('after decimal point in numeric literal');
    }
    if (this.text[this.at] === 'e' || this.text[this.at] === 'E') {
      this.at += 1;
      if (this.text[this.at] === '+' || this.text[this.at] === '-') this.at += 1;
      this.digits('in exponent of numeric literal');
    }
    const tag = this.at === integer ? 'int' : 'float';
    return { kind: 'scalar', tag, text: this.text.slice(start, this.at), at: start };
  }

  /** At least one digit. */
  private digits(context: string): void {
    const start = this.at;
    this.skip(DIGITS);
    if (this.at === start) throw this.unexpected(context);
  }

  private literal(word: string, tag: 'bool' | 'null'): ScalarNode {
    const start = this.at;
    for (const letter of word) {
      if (this.text[this.at] !== letter) throw this.unexpected(`in literal ${word} (expecting '${letter}')`);
      this.at += 1;
    }
    return { kind: 'scalar', tag, text: word, at: start };
  }

  /** Moves behind what a sticky pattern matches here, which may be nothing. */
  private skip(pattern: RegExp): void {
    pattern.lastIndex = this.at;
    pattern.test(this.text);
    this.at = pattern.lastIndex;
  }

  private unexpected(context: string): DocumentError {
    const code = this.text.codePointAt(this.at);
    return this.error(code === undefined ? 'unexpected EOF' : `invalid character ${shown(code)} ${context}`);
  }

  private error(message: string): DocumentError {
    const { line, column } = this.source.positionAt(this.at);
    return new DocumentError(`${message} (line ${line}, column ${column})`, [{ path: '', line, column, message }]);
  }
}

/** A character in single quotes, or its number where it has no shape. */
function shown(code: number): string {
  if (code === 0x27) return "'\\''";
  if (code === 0xfeff) return "'\\ufeff' (a byte order mark)";
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return `'\\x${code.toString(16).padStart(2, '0')}'`;
  return `'${String.fromCodePoint(code)}'`;
}
