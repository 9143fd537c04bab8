import { Float } from '../values/boxes';
import { StringMap } from '../values/maps';

/**
 * Marks a context value as string map, whose values are strings and whose missing keys read as `""`. The object is
 * wrapped, not copied. `undefined` is a map that is not there: it reads as empty and equals nil.
 */
export function stringMap(entries: Readonly<Record<string, string>> | undefined): StringMap {
  return new StringMap(entries);
}

/** Marks a number of a context as float even if it has no fraction. */
export function float(value: number): Float {
  return new Float(value);
}
