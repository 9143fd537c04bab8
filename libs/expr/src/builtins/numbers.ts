import { define, defineVariadic, type Callable } from '../types/callable';
import { number, numbers } from '../types/params';
import { FLOAT, isNumeric, UNKNOWN, type Type } from '../types/type';
import { fail } from '../errors/failure';
import { MAX_DATA_DEPTH } from '../evaluator/limits';
import type { Run } from '../evaluator/run';
import { Float } from '../values/boxes';
import { describe, isList } from '../values/kinds';
import { compareNumbers, isNumber, negate, roundHalfAway, toDouble, type NumberValue } from '../values/numbers';
import type { List, Value } from '../values/value';

/** Section "numbers" of the built-ins. */
export const NUMBER_BUILTINS: readonly Callable[] = [
  define(
    'abs',
    [number],
    ([type]) => type ?? UNKNOWN,
    (_run, n) => (compareNumbers(n, 0) < 0 ? negate(n) : n),
  ),
  define('ceil', [number], FLOAT, (_run, n) => new Float(Math.ceil(toDouble(n)))),
  define('floor', [number], FLOAT, (_run, n) => new Float(Math.floor(toDouble(n)))),
  define('round', [number], FLOAT, (_run, n) => new Float(roundHalfAway(toDouble(n)))),
  defineVariadic('max', numbers, typeOfAggregate, (run, args) => extreme(run, 'max', args, 1)),
  defineVariadic('min', numbers, typeOfAggregate, (run, args) => extreme(run, 'min', args, -1)),
  defineVariadic('mean', numbers, typeOfAggregate, mean),
  defineVariadic('median', numbers, typeOfAggregate, median),
];

/** As in the original, that of the first argument, though a later one may win; unknown as soon as a list is there. */
function typeOfAggregate(types: readonly Type[]): Type {
  return types.every(isNumeric) ? (types[0] ?? UNKNOWN) : UNKNOWN;
}

/** The greatest number for a sign of 1, the least for -1; the first one of equals. */
function extreme(run: Run, name: string, args: readonly (NumberValue | List)[], sign: number): Value {
  let winner: NumberValue | undefined;
  for (const n of flatNumbers(run, name, args)) {
    if (winner === undefined || compareNumbers(n, winner) * sign > 0) winner = n;
  }
  return winner ?? null;
}

function mean(run: Run, args: readonly (NumberValue | List)[]): Value {
  const all = flatNumbers(run, 'mean', args);
  const sum = all.reduce((total: number, n) => total + toDouble(n), 0);
  return new Float(all.length === 0 ? 0 : sum / all.length);
}

function median(run: Run, args: readonly (NumberValue | List)[]): Value {
  const sorted = flatNumbers(run, 'median', args).map(toDouble);
  if (sorted.length === 0) return new Float(0);
  run.step(sorted.length * Math.ceil(Math.log2(sorted.length + 1)));
  sorted.sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return new Float(sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2);
}

/** All numbers of the arguments and, at any depth, of the lists among them. */
function flatNumbers(
  run: Run,
  name: string,
  args: readonly Value[],
  all: NumberValue[] = [],
  depth = 0,
): NumberValue[] {
  if (depth > MAX_DATA_DEPTH) return fail('data is nested too deeply');
  for (const arg of args) {
    run.step(1);
    if (isNumber(arg)) all.push(arg);
    else if (isList(arg)) flatNumbers(run, name, arg, all, depth + 1);
    else return fail(`${name} needs numbers, found ${describe(arg)}`);
  }
  return all;
}
