import type { BinaryOperator, OrderingOperator } from './ast';

/** How tightly binary operators bind; higher binds tighter. The pipe is not among them: it builds a call. */
export const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  '??': 500,
  '**': 100,
  '*': 60,
  '/': 60,
  '%': 60,
  '+': 30,
  '-': 30,
  '..': 25,
  '==': 20,
  '!=': 20,
  '<': 20,
  '<=': 20,
  '>': 20,
  '>=': 20,
  in: 20,
  matches: 20,
  contains: 20,
  startsWith: 20,
  endsWith: 20,
  and: 15,
  or: 10,
};

export const PIPE_PRECEDENCE = 0;

/** How tightly the operand of a prefix operator binds. */
export const UNARY_PRECEDENCE = { '-': 90, '+': 90, not: 50 } as const;

const SYNONYMS: Readonly<Record<string, BinaryOperator>> = { '&&': 'and', '||': 'or', '^': '**' };

/** The binary operator that a token stands for, if any. */
export function binaryOperator(text: string): BinaryOperator | undefined {
  if (Object.hasOwn(PRECEDENCE, text)) return text as BinaryOperator;
  return Object.hasOwn(SYNONYMS, text) ? SYNONYMS[text] : undefined;
}

/** The prefix operator that a token stands for, if any. */
export function unaryOperator(text: string): keyof typeof UNARY_PRECEDENCE | undefined {
  if (text === '!') return 'not';
  return text === '-' || text === '+' || text === 'not' ? text : undefined;
}

export function isOrdering(operator: BinaryOperator | undefined): operator is OrderingOperator {
  return operator === '<' || operator === '<=' || operator === '>' || operator === '>=';
}

/** Operators that `not` may stand before. */
export function isNegatable(text: string): boolean {
  return text === 'in' || text === 'matches' || text === 'contains' || text === 'startsWith' || text === 'endsWith';
}

/** `a ** b ** c` is `a ** (b ** c)`; all others group to the left. */
export function isRightAssociative(operator: BinaryOperator): boolean {
  return operator === '**';
}
