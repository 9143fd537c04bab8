import { define, type Callable } from '../types/callable';
import { anything, list, map, sized, toIndex } from '../types/params';
import { GENERAL_MAP, INT, LIST, UNKNOWN } from '../types/type';
import { fail } from '../errors/failure';
import type { Run } from '../evaluator/run';
import { Byte } from '../values/boxes';
import { entriesOf, sortedKeys } from '../values/entries';
import { describe, isList, isMap } from '../values/kinds';
import { GeneralMap, StringMap } from '../values/maps';
import { byteAt, byteLength, codePointCount } from '../values/text';
import type { AnyMap, List, Value } from '../values/value';

/** Section "maps" of the built-ins. */
export const MAP_BUILTINS: readonly Callable[] = [
  define('len', [sized], INT, (run, value) => lengthOf(run, value)),
  define('keys', [map], LIST, (run, entries) => keysOf(run, entries)),
  define('values', [map], LIST, (run, entries) => valuesOf(run, entries)),
  define('toPairs', [map], LIST, toPairs),
  define('fromPairs', [list], GENERAL_MAP, fromPairs),
  define('get', [anything, anything], UNKNOWN, (_run, container, key) => get(container, key)),
];

function lengthOf(run: Run, value: string | List | AnyMap): number {
  if (typeof value === 'string') {
    run.step(1 + (value.length >> 4));
    return codePointCount(value);
  }
  return isList(value) ? value.length : value.size;
}

function keysOf(run: Run, entries: AnyMap): Value[] {
  run.grow(entries.size);
  run.step(entries.size + 1);
  return sortedKeys(entries);
}

function valuesOf(run: Run, entries: AnyMap): Value[] {
  return keysOf(run, entries).map((key) => entriesOf(entries).get(key) as Value);
}

function toPairs(run: Run, entries: AnyMap): Value[] {
  run.grow(2 * entries.size);
  return keysOf(run, entries).map((key) => [key, entriesOf(entries).get(key) as Value]);
}

function fromPairs(run: Run, pairs: List): GeneralMap {
  run.grow(pairs.length);
  const result = new GeneralMap(null);
  for (const pair of pairs) {
    if (!isList(pair) || pair.length !== 2) return fail('fromPairs needs lists of two items, a key and a value');
    result.set(pair[0] as Value, pair[1] as Value);
  }
  return result;
}

/** What is under a key or at an index, or nil; the ways in which a member access would fail give nil too. */
export function get(container: Value, key: Value): Value {
  if (isList(container) || typeof container === 'string') return itemAt(container, key);
  if (container instanceof GeneralMap) return container.has(key) ? container.get(key) : null;
  if (isMap(container) || container instanceof StringMap) {
    if (key !== null && typeof key !== 'string')
      return fail(`get needs a string as key of a map, found ${describe(key)}`);
    return container.get(key ?? '') ?? null;
  }
  return null;
}

function itemAt(container: List | string, key: Value): Value {
  const index = toIndex(key);
  if (index === undefined) return fail(`get needs an int as index, found ${describe(key)}`);
  const length = isList(container) ? container.length : byteLength(container);
  const place = Number(index) < 0 ? length + Number(index) : Number(index);
  if (place < 0 || place >= length) return null;
  return isList(container) ? (container[place] as Value) : new Byte(byteAt(container, place));
}
