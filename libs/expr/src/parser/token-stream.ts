import { fail } from '../errors/failure';
import { Lexer } from '../lexer/lexer';
import { describeToken, type Token } from '../lexer/token';

/** The tokens of a source with one token of preview behind the current one. */
export class TokenStream {
  current: Token;
  private preview?: Token;
  private readonly lexer: Lexer;

  constructor(source: string) {
    this.lexer = new Lexer(source);
    this.current = this.lexer.next();
  }

  /** Moves on and returns the token that was current. */
  advance(): Token {
    const token = this.current;
    this.current = this.preview ?? this.lexer.next();
    this.preview = undefined;
    return token;
  }

  /** The token behind the current one. */
  peek(): Token {
    return (this.preview ??= this.lexer.next());
  }

  /** Whether the current token is an operator or bracket. */
  is(operator: string): boolean {
    return this.current.kind === 'operator' && this.current.text === operator;
  }

  /** Moves past an operator or bracket if it is the current token. */
  accept(operator: string): boolean {
    if (!this.is(operator)) return false;
    this.advance();
    return true;
  }

  /** Moves past an operator or bracket that must be there. */
  expect(operator: string): Token {
    return this.is(operator) ? this.advance() : this.unexpected(`"${operator}"`);
  }

  /** Moves past a name that must be there. */
  expectName(): Token {
    return this.current.kind === 'name' ? this.advance() : this.unexpected('a name');
  }

  /** Fails because of the current token. */
  unexpected(expected?: string): never {
    const found = describeToken(this.current);
    return fail(expected ? `expected ${expected}, found ${found}` : `unexpected ${found}`, this.current.at);
  }
}
