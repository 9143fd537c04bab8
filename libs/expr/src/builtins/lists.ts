import { define, defineVariadic, type Callable } from '../types/callable';
import { index, list, text } from '../types/params';
import { LIST, UNKNOWN } from '../types/type';
import { fail } from '../errors/failure';
import { MAX_FLATTEN_DEPTH } from '../evaluator/limits';
import type { Run } from '../evaluator/run';
import { areEqual } from '../values/equality';
import { isList } from '../values/kinds';
import { isNumber, toDouble } from '../values/numbers';
import type { Int, List, Value } from '../values/value';
import { sorted } from './sorting';

/** Section "lists" of the built-ins, without those that take a closure. */
export const LIST_BUILTINS: readonly Callable[] = [
  define('first', [list], UNKNOWN, (_run, items) => items[0] ?? null),
  define('last', [list], UNKNOWN, (_run, items) => items[items.length - 1] ?? null),
  define('take', [list, index], ([type]) => type ?? LIST, take),
  define('reverse', [list], LIST, (run, items) => (run.grow(items.length), items.toReversed())),
  defineVariadic('concat', list, LIST, concat),
  define('flatten', [list], LIST, flatten),
  define('uniq', [list], LIST, uniq),
  define('sort', [list], LIST, (run, items, order) => sorted(run, items, items, order), [text]),
];

function take(run: Run, items: List, n: Int): List {
  if (n < 0) return fail('take needs a count that is not negative');
  run.grow(Math.min(items.length, Number(n)));
  return items.slice(0, Number(n));
}

function concat(run: Run, lists: readonly List[]): List {
  for (const items of lists) run.grow(items.length);
  return lists.flat();
}

/** Without recursion, because lists can be deeper than the stack. */
function flatten(run: Run, items: List): List {
  const flat: Value[] = [];
  const open: { items: List; next: number }[] = [{ items, next: 0 }];
  for (let top = open.at(-1); top; top = open.at(-1)) {
    if (top.next === top.items.length) {
      open.pop();
      continue;
    }
    const item = top.items[top.next++] as Value;
    run.step(1);
    if (isList(item)) {
      if (open.length > MAX_FLATTEN_DEPTH) return fail('data is nested too deeply');
      open.push({ items: item, next: 0 });
    } else {
      run.grow(1);
      flat.push(item);
    }
  }
  return flat;
}

/** Texts, numbers and bools are found by hash; everything else is compared with all that came before. */
function uniq(run: Run, items: List): List {
  const seen = new Set<unknown>();
  const compared: Value[] = [];
  const unique: Value[] = [];
  for (const item of items) {
    run.step(1);
    const key = hashKey(item);
    if (key === undefined) {
      run.step(compared.length + 1);
      if (compared.some((other) => areEqual(item, other, run))) continue;
      compared.push(item);
    } else {
      if (seen.has(key)) continue;
      seen.add(key);
    }
    run.grow(1);
    unique.push(item);
  }
  return unique;
}

/** The same for all values that equal each other, or undefined where there is no such thing. */
function hashKey(value: Value): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (!isNumber(value)) return undefined;
  const double = toDouble(value);
  // Beyond the safe integers an int and a float can be equal that differ as doubles from one another's neighbours.
  return Number.isSafeInteger(double) || (!Number.isInteger(double) && !Number.isNaN(double)) ? double : undefined;
}
