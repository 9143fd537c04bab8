import { fail } from '../errors/failure';
import { compilePattern, type Pattern } from '../regex/pattern';
import { areEqual } from '../values/equality';
import { describe, isList, isMap, isNil } from '../values/kinds';
import { GeneralMap, StringMap } from '../values/maps';
import type { Value } from '../values/value';
import { mismatch } from './arithmetic';
import type { Run } from './run';

/** The operators that answer yes or no, on any operands. */

export function isMember(run: Run, item: Value, container: Value, at: number): boolean {
  run.at = at;
  if (isList(container)) {
    for (const other of container) {
      run.step(1);
      if (areEqual(item, other, run)) return true;
    }
    return false;
  }
  if (container instanceof GeneralMap) return container.has(item);
  if (isMap(container) || container instanceof StringMap) {
    if (typeof item === 'string') return container.has(item);
    return item === null ? container.has('') : fail(`in needs a string as key of a map, found ${describe(item)}`, at);
  }
  return container === null ? false : mismatch('in', item, container, at);
}

/** `contains`, `startsWith` and `endsWith`; nil on either side makes them false. */
export function relateTexts(
  operator: string,
  relate: (s: string, part: string) => boolean,
): (run: Run, a: Value, b: Value, at: number) => boolean {
  return (run, a, b, at) => {
    if (typeof a === 'string' && typeof b === 'string') {
      run.at = at;
      run.scan(a.length);
      return relate(a, b);
    }
    return isNil(a) || isNil(b) ? false : mismatch(operator, a, b, at);
  };
}

export function matches(run: Run, a: Value, b: Value, at: number): boolean {
  if (isNil(a) || isNil(b)) return false;
  if (typeof a !== 'string' || typeof b !== 'string') return mismatch('matches', a, b, at);
  run.at = at;
  const pattern = compilePattern(b, (cost) => run.step(cost));
  return matchesPattern(run, a, pattern, at);
}

/** With a pattern that was compiled before the run. */
export function matchesPattern(run: Run, a: Value, pattern: Pattern, at: number): boolean {
  if (isNil(a)) return false;
  if (typeof a !== 'string') return mismatch('matches', a, '', at);
  run.at = at;
  // The engine may try every instruction at every character, though it seldom does.
  run.step(1 + ((a.length * (1 + (pattern.size >> 5))) >> 2));
  return pattern.test(a);
}
