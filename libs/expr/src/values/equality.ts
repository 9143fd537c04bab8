import { MAX_DATA_DEPTH } from '../evaluator/limits';
import type { Run } from '../evaluator/run';
import { fail } from '../errors/failure';
import { Byte, Float, type Scalar } from './boxes';
import { entriesOf } from './entries';
import { isAnyMap, isList, isMap, isNil } from './kinds';
import { StringMap } from './maps';
import { compareNumbers, isNumber, type NumberValue } from './numbers';
import type { AnyMap, List, Value } from './value';

/** The `==` of the language: numbers by value, lists item by item, maps strictly; different types are unequal. */
export function areEqual(a: Value, b: Value, run: Run): boolean {
  return equal(a, b, run, 0, false);
}

/** `strict` is the equality inside maps: of the same type all the way down. */
function equal(a: Value, b: Value, run: Run, depth: number, strict: boolean): boolean {
  if (typeof a === 'string' && typeof b === 'string') {
    run.scan(a.length);
    return a === b;
  }
  if (isNumber(a) && isNumber(b)) return (!strict || kindOf(a) === kindOf(b)) && compareNumbers(a, b) === 0;
  if (isList(a) && isList(b)) return equalLists(a, b, run, depth, strict);
  if (!strict && (isNil(a) || isNil(b))) return isNil(a) && isNil(b);
  if (isAnyMap(a) && isAnyMap(b)) return equalMaps(a, b, run, depth);
  if (isScalar(a) && isScalar(b)) return a.identity === b.identity;
  return a === b;
}

function kindOf(value: NumberValue): unknown {
  return value instanceof Float ? Float : value instanceof Byte ? Byte : 'int';
}

function isScalar(value: Value): value is Value & Scalar {
  return typeof value === 'object' && value !== null && 'identity' in value;
}

function equalLists(a: List, b: List, run: Run, depth: number, strict: boolean): boolean {
  if (a.length !== b.length) return false;
  checkDepth(depth);
  for (let i = 0; i < a.length; i++) {
    run.step(1);
    if (!equal(a[i] as Value, b[i] as Value, run, depth + 1, strict)) return false;
  }
  return true;
}

function equalMaps(a: AnyMap, b: AnyMap, run: Run, depth: number): boolean {
  if (a === b) return true;
  if (isMap(a) !== isMap(b) || a instanceof StringMap !== b instanceof StringMap || a.size !== b.size) return false;
  checkDepth(depth);
  const left = entriesOf(a);
  const right = entriesOf(b);
  for (const key of left.keys()) {
    run.step(1);
    if (!right.has(key)) return false;
    if (!equal(left.get(key) as Value, right.get(key) as Value, run, depth + 1, true)) return false;
  }
  return true;
}

function checkDepth(depth: number): void {
  if (depth >= MAX_DATA_DEPTH) fail('data is nested too deeply');
}
