import { compareKeys } from './order';
import type { AnyMap, Value } from './value';

/** What the three kinds of maps have in common, for code that walks any of them. */
interface Entries {
  readonly size: number;
  keys(): Iterable<Value>;
  has(key: Value): boolean;
  get(key: Value): Value | undefined;
}

/** A map as something to walk. Keys that it does not have must not be asked for with `get`. */
export function entriesOf(map: AnyMap): Entries {
  return map;
}

/** The keys of a map, ascending, which is the order in which the language shows them. */
export function sortedKeys(map: AnyMap): Value[] {
  return [...map.keys()].sort(compareKeys);
}
