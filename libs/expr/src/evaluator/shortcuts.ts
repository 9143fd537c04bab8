import type { BinaryNode, BinaryOperator, BuiltinNode, MemberNode, PredicateNode } from '../parser/ast';
import type { Way } from './predicates';

/**
 * Expressions that need not make a list, or look at all of it, to give what they say. They are shorter ways to the same
 * value, but also part of the language: an element behind the one that decides cannot fail the expression.
 */
export interface Shortcut {
  /** The built-in as it is written. */
  readonly predicate: PredicateNode;
  /** What to do in its place. */
  readonly way: Way;
  /** For `count`: as many as this are enough. */
  readonly enough?: number;
}

/** `len(filter(l, p))` counts; `first(filter(l, p))` and `last(…)` find. */
export function shortcutOfCall({ name, args }: BuiltinNode): Shortcut | undefined {
  const [predicate] = args;
  const way = WAYS_OF_CALLS.get(name);
  if (!way || args.length !== 1 || predicate?.kind !== 'predicate' || predicate.name !== 'filter') return undefined;
  return { predicate, way };
}

const WAYS_OF_CALLS: ReadonlyMap<string, Way> = new Map([
  ['len', 'count'],
  ['first', 'find'],
  ['last', 'findLast'],
]);

/** `filter(l, p)[0]` and `[-1]` find too, and fail if there is nothing to be found. */
export function shortcutOfIndex({ object, optional }: MemberNode, index: unknown): Shortcut | undefined {
  if (optional || object.kind !== 'predicate' || object.name !== 'filter') return undefined;
  if (index === 0) return { predicate: object, way: 'firstOrFail' };
  return index === -1 ? { predicate: object, way: 'lastOrFail' } : undefined;
}

/** `count(l, p) > 3` and the like are decided once enough elements are counted. */
export function shortcutOfComparison({ left, operator }: BinaryNode, right: unknown): Shortcut | undefined {
  if (left.kind !== 'predicate' || left.name !== 'count' || typeof right !== 'number') return undefined;
  const enough = ENOUGH.get(operator)?.(right) ?? 0;
  return enough > 0 ? { predicate: left, way: 'count', enough } : undefined;
}

const ENOUGH: ReadonlyMap<BinaryOperator, (limit: number) => number> = new Map([
  ['>', (limit) => limit + 1],
  ['>=', (limit) => limit],
  ['<', (limit) => limit],
  ['<=', (limit) => limit + 1],
]);
