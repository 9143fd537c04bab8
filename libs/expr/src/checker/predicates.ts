import { fail } from '../errors/failure';
import type { Node, PredicateNode } from '../parser/ast';
import { BOOL, generalMapOf, INT, LIST, listOf, UNKNOWN, type Type } from '../types/type';
import type { Scope } from './scope';

/** Built-ins whose closure answers yes or no. */
const TESTS: ReadonlySet<string> = new Set([
  'all',
  'any',
  'none',
  'one',
  'filter',
  'count',
  'find',
  'findLast',
  'findIndex',
  'findLastIndex',
]);

/** Checks a built-in with a closure; its type. */
export function checkPredicate(node: PredicateNode, typeOf: (node: Node) => Type, scope: Scope): Type {
  const { name, list, closure, extra } = node;
  const listType = typeOf(list);
  if (listType.kind !== 'list' && listType.kind !== 'unknown') {
    fail(`argument 1 of ${name} must be a list, found ${listType.kind}`, list.at);
  }
  const element = listType.item;
  const result = closure && scope.withClosure(name, element, () => typeOf(closure));
  if (closure && result) checkResult(name, closure, result);
  if (extra) checkExtra(name, extra, typeOf(extra));
  return typeOfPredicate(name, listType, result ?? element);
}

function checkResult(name: string, closure: Node, { kind }: Type): void {
  if (kind === 'nil') fail(`the closure of ${name} is always nil`, closure.at);
  if (TESTS.has(name) && kind !== 'bool' && kind !== 'unknown') {
    fail(`the closure of ${name} must be a bool, found ${kind}`, closure.at);
  }
}

function checkExtra(name: string, extra: Node, { kind }: Type): void {
  if (name === 'sortBy' && kind !== 'string' && kind !== 'unknown') {
    fail(`argument 3 of sortBy must be a string, found ${kind}`, extra.at);
  }
}

/** `result` is the type of the closure or, without one, of the elements. */
function typeOfPredicate(name: string, list: Type, result: Type): Type {
  switch (name) {
    case 'filter':
    case 'sortBy':
      return list.kind === 'list' ? list : LIST;
    case 'map':
      return listOf(result);
    case 'find':
    case 'findLast':
      return list.item;
    case 'count':
    case 'findIndex':
    case 'findLastIndex':
      return INT;
    case 'groupBy':
      return generalMapOf(LIST);
    case 'sum':
    case 'reduce':
      return result;
    case 'all':
    case 'any':
    case 'none':
    case 'one':
      return BOOL;
    default:
      return UNKNOWN;
  }
}
