import type { BinaryOperator } from '../parser/ast';
import { fail } from '../errors/failure';
import { areEqual } from '../values/equality';
import { describe, isNil } from '../values/kinds';
import type { Value } from '../values/value';
import { difference, isInRange, modulo, ordering, product, quotient, raised, range, sum } from './arithmetic';
import { isMember, matches, matchesPattern, relateTexts } from './relations';
import type { Run } from './run';
import type { Thunk } from './thunk';
import type { Pattern } from '../regex/pattern';

const MAX_SAFE = Number.MAX_SAFE_INTEGER;

/** An operator that evaluates both operands, left before right. */
type Operation = (run: Run, a: Value, b: Value, at: number) => Value;

const contains = relateTexts('contains', (s, part) => s.includes(part));
const startsWith = relateTexts('startsWith', (s, part) => s.startsWith(part));
const endsWith = relateTexts('endsWith', (s, part) => s.endsWith(part));

/** A binary operator over compiled operands. The frequent cases of the frequent operators are decided on the spot. */
export function compileOperation(operator: BinaryOperator, left: Thunk, right: Thunk, at: number): Thunk {
  switch (operator) {
    case '??':
      return (run) => {
        const value = left(run);
        return isNil(value) ? right(run) : value;
      };
    // The original does not look at what the right side turns out to be, and jobs may rely on it.
    case 'and':
      return (run) => condition(left(run), 'and', at) && right(run);
    case 'or':
      return (run) => condition(left(run), 'or', at) || right(run);
    case '==':
      return (run) => equals(run, left(run), right(run), at);
    case '!=':
      return (run) => !equals(run, left(run), right(run), at);
    case '+':
      return (run) => {
        const a = left(run);
        const b = right(run);
        if (typeof a === 'number' && typeof b === 'number') {
          const total = a + b;
          if (total <= MAX_SAFE && total >= -MAX_SAFE) return total;
        }
        return sum(run, a, b, at);
      };
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compileOrdering(operator, left, right, at);
    case '-':
      return strict(difference, left, right, at);
    case '*':
      return strict(product, left, right, at);
    case '/':
      return strict(quotient, left, right, at);
    case '%':
      return strict(modulo, left, right, at);
    case '**':
      return strict(raised, left, right, at);
    case '..':
      return strict(range, left, right, at);
    case 'in':
      return strict(isMember, left, right, at);
    case 'matches':
      return strict(matches, left, right, at);
    case 'contains':
      return strict(contains, left, right, at);
    case 'startsWith':
      return strict(startsWith, left, right, at);
    case 'endsWith':
      return strict(endsWith, left, right, at);
  }
}

/** `item in first..last`. */
export function compileInRange(item: Thunk, first: Thunk, last: Thunk, at: number): Thunk {
  return (run) => isInRange(item(run), first(run), last(run), at);
}

/** `text matches "literal"`. */
export function compileMatch(text: Thunk, pattern: Pattern, at: number): Thunk {
  return (run) => matchesPattern(run, text(run), pattern, at);
}

/** The bool that a condition or an operand must be. */
export function condition(value: Value, name: string, at: number): boolean {
  return typeof value === 'boolean' ? value : fail(`${name} needs a bool, found ${describe(value)}`, at);
}

function strict(operation: Operation, left: Thunk, right: Thunk, at: number): Thunk {
  return (run) => operation(run, left(run), right(run), at);
}

function equals(run: Run, a: Value, b: Value, at: number): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b;
  run.at = at;
  return areEqual(a, b, run);
}

function compileOrdering(operator: '<' | '<=' | '>' | '>=', left: Thunk, right: Thunk, at: number): Thunk {
  return (run) => {
    const a = left(run);
    const b = right(run);
    if (typeof a !== 'number' || typeof b !== 'number') return ordering(operator, run, a, b, at);
    switch (operator) {
      case '<':
        return a < b;
      case '<=':
        return a <= b;
      case '>':
        return a > b;
      case '>=':
        return a >= b;
    }
  };
}
