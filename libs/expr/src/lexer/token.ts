import type { Float } from '../values/boxes';
import type { Int } from '../values/value';

/**
 * The smallest parts of a source. Operators that are words (`and`, `in`, `let`) are `operator` tokens with the word as
 * text; `true`, `false` and `nil` are names until the parser sees where they stand.
 */
export type TokenKind = 'name' | 'number' | 'string' | 'operator' | 'closure' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /**
   * Name, operator or bracket; source text of a number; content of a string; of a closure variable the name behind `#`.
   */
  readonly text: string;
  /** Offset of the first character. */
  readonly at: number;
  /** Value of a number. */
  readonly value?: Int | Float;
}

/** Words that are operators wherever they stand, except after a dot. */
export const WORD_OPERATORS: ReadonlySet<string> = new Set([
  'and',
  'or',
  'not',
  'in',
  'matches',
  'contains',
  'startsWith',
  'endsWith',
  'let',
  'if',
  'else',
]);

/** For messages. */
export function describeToken(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'end of expression';
    case 'string':
      return 'a string';
    case 'closure':
      return `#${token.text}`;
    default:
      return `"${token.text}"`;
  }
}
