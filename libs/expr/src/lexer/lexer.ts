import { fail } from '../errors/failure';
import { WHITE_SPACE } from '../values/text';
import { readNumber } from './number';
import { readQuoted, readRaw } from './string';
import { WORD_OPERATORS, type Token } from './token';

const BLANK = new RegExp(`[${WHITE_SPACE}]+`, 'y');
const LINE_COMMENT = /\/\/[^\n]*/y;
const WORD = /[\p{L}_$][\p{L}\p{Nd}_$]*/uy;
/** What may follow a `#`: a digit cannot begin a name, but `#1` is an unknown variable rather than two tokens. */
const CLOSURE_NAME = /[\p{L}\p{Nd}_$]*/uy;
/** Operators and brackets, those that begin with another one before it. */
const SYMBOL = /\?\?|\?\.|\.\.|::|\|\||&&|!=|==|<=|>=|\*\*|[()[\]{},;:?.|!<>+\-*/%^=]/y;

/** Cuts a source into tokens, one at a time, so that an error early in a long source is found early. */
export class Lexer {
  private position = 0;

  constructor(private readonly source: string) {}

  /** The next token; at the end always an `end`. */
  next(): Token {
    this.skipBlanks();
    const at = this.position;
    const first = this.source.charAt(at);
    if (first === '') return { kind: 'end', text: '', at };
    if (first === '"' || first === "'") return this.advance(readQuoted(this.source, at));
    if (first === '`') return this.advance(readRaw(this.source, at));
    if (isDigit(first) || (first === '.' && isDigit(this.source.charAt(at + 1)))) {
      const token = readNumber(this.source, at);
      this.position = at + token.text.length;
      return token;
    }
    if (first === '#') {
      this.position++;
      return { kind: 'closure', text: this.take(CLOSURE_NAME) ?? '', at };
    }
    const word = this.take(WORD);
    if (word !== undefined) return { kind: WORD_OPERATORS.has(word) ? 'operator' : 'name', text: word, at };
    const symbol = this.take(SYMBOL);
    return symbol === undefined
      ? fail(`unexpected character ${quoted(this.source, at)}`, at)
      : { kind: 'operator', text: symbol, at };
  }

  private advance({ token, end }: { token: Token; end: number }): Token {
    this.position = end;
    return token;
  }

  private skipBlanks(): void {
    for (;;) {
      const at = this.position;
      this.take(BLANK);
      if (this.source.startsWith('//', this.position)) this.take(LINE_COMMENT);
      else if (this.source.startsWith('/*', this.position)) this.skipComment();
      if (this.position === at) return;
    }
  }

  private skipComment(): void {
    const close = this.source.indexOf('*/', this.position + 2);
    if (close < 0) fail('comment is not closed', this.position);
    this.position = close + 2;
  }

  /** What a sticky pattern matches here, if anything. */
  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.source)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9' && character.length === 1;
}

function quoted(source: string, at: number): string {
  return JSON.stringify(String.fromCodePoint(source.codePointAt(at) ?? 0));
}
