import type { BinaryOperator } from '../parser/ast';
import {
  areComparable,
  BOOL,
  DURATION,
  FLOAT,
  INT,
  isMapKind,
  isNumeric,
  listOf,
  STRING,
  TIME,
  unite,
  UNKNOWN,
  type Kind,
  type Type,
} from '../types/type';

/** The type of an operation, or undefined if the operator does not take operands of these types. */
export function typeOfBinary(operator: BinaryOperator, left: Type, right: Type): Type | undefined {
  switch (operator) {
    case '==':
    case '!=':
      return areComparable(left, right) ? BOOL : undefined;
    case 'and':
    case 'or':
      return bothFit(left, right, ['bool']) ? BOOL : undefined;
    case '<':
    case '<=':
    case '>':
    case '>=':
      return typeOfOrdering(left, right);
    case '+':
      return typeOfSum(left, right);
    case '-':
      return typeOfDifference(left, right);
    case '*':
      return typeOfProduct(left, right);
    case '/':
    case '**':
      return bothFit(left, right, NUMBERS) ? FLOAT : undefined;
    case '%':
      return bothFit(left, right, ['int']) ? INT : undefined;
    case '..':
      return bothFit(left, right, ['int']) ? listOf(INT) : undefined;
    case 'matches':
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      return bothFit(left, right, ['string']) ? BOOL : undefined;
    case 'in':
      return typeOfIn(left, right);
    case '??':
      return typeOfCoalescing(left, right);
  }
}

const NUMBERS: readonly Kind[] = ['int', 'float'];

/** Whether each operand is unknown or of one of the kinds. Nil is a kind of its own. */
function bothFit(left: Type, right: Type, kinds: readonly Kind[]): boolean {
  return fits(left, kinds) && fits(right, kinds);
}

function fits(type: Type, kinds: readonly Kind[]): boolean {
  return type.kind === 'unknown' || kinds.includes(type.kind);
}

/** One of the two is unknown, and the other is of one of the kinds or unknown too. */
function isOpen(left: Type, right: Type, kinds: readonly Kind[]): boolean {
  return (left.kind === 'unknown' || right.kind === 'unknown') && bothFit(left, right, kinds);
}

function typeOfOrdering(left: Type, right: Type): Type | undefined {
  if (isNumeric(left) && isNumeric(right)) return BOOL;
  const ordered: readonly Kind[] = ['int', 'float', 'string', 'time', 'duration'];
  const sameKind = left.kind === right.kind && ordered.includes(left.kind);
  return sameKind || isOpen(left, right, ordered) ? BOOL : undefined;
}

function arithmetic(left: Type, right: Type): Type | undefined {
  if (!isNumeric(left) || !isNumeric(right)) return undefined;
  return left === INT && right === INT ? INT : FLOAT;
}

function typeOfSum(left: Type, right: Type): Type | undefined {
  const known = arithmetic(left, right);
  if (known) return known;
  if (left === STRING && right === STRING) return STRING;
  if (left === DURATION && right === DURATION) return DURATION;
  if ((left === TIME && right === DURATION) || (left === DURATION && right === TIME)) return TIME;
  return isOpen(left, right, ['int', 'float', 'string', 'time', 'duration']) ? UNKNOWN : undefined;
}

function typeOfDifference(left: Type, right: Type): Type | undefined {
  const known = arithmetic(left, right);
  if (known) return known;
  if ((left === TIME && right === TIME) || (left === DURATION && right === DURATION)) return DURATION;
  if (left === TIME && right === DURATION) return TIME;
  return isOpen(left, right, ['int', 'float', 'time', 'duration']) ? UNKNOWN : undefined;
}

/** A duration times a float is a number of nanoseconds rather than a duration. */
function typeOfProduct(left: Type, right: Type): Type | undefined {
  const known = arithmetic(left, right);
  if (known) return known;
  if (left === DURATION || right === DURATION) {
    const other = left === DURATION ? right : left;
    if (other === DURATION || other === INT) return DURATION;
    if (other === FLOAT) return FLOAT;
  }
  return isOpen(left, right, ['int', 'float', 'duration']) ? UNKNOWN : undefined;
}

function typeOfIn(left: Type, right: Type): Type | undefined {
  if (right.kind === 'unknown') return BOOL;
  if (right.kind === 'list') return areComparable(left, right.item) ? BOOL : undefined;
  if (!isMapKind(right)) return undefined;
  const anyKey = right.kind === 'general map' || left.kind === 'nil' || left.kind === 'unknown';
  return anyKey || left === STRING ? BOOL : undefined;
}

function typeOfCoalescing(left: Type, right: Type): Type {
  return left.kind === 'list' && right.kind === 'list' ? left : unite(left, right);
}
