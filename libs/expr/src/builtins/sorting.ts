import { fail } from '../errors/failure';
import type { Run } from '../evaluator/run';
import { describe } from '../values/kinds';
import { compare } from '../values/order';
import type { List, Value } from '../values/value';

/** The items ordered by their keys, which lie at the same places; items with equal keys keep their order. */
export function sorted(run: Run, items: List, keys: List, order = 'asc'): List {
  if (order !== 'asc' && order !== 'desc') return fail('the order of a sort must be "asc" or "desc"');
  run.grow(items.length);
  const sign = order === 'asc' ? 1 : -1;
  const places = Array.from(items.keys());
  places.sort((a, b) => {
    run.step(1);
    const x = keys[a] as Value;
    const y = keys[b] as Value;
    const result = compare(x, y, run);
    if (result === undefined) return fail(`cannot order ${describe(x)} and ${describe(y)}`);
    return result * sign || 0; // NaN has no place of its own
  });
  return places.map((place) => items[place] as Value);
}
