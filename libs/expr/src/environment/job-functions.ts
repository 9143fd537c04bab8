import { fail } from '../errors/failure';
import type { Run } from '../evaluator/run';
import { define, type Callable } from '../types/callable';
import { anything, int } from '../types/params';
import { INT, listOf } from '../types/type';
import { wrapInt } from '../values/ints';
import { describe } from '../values/kinds';
import { rangeOf } from '../values/range';
import { LangFunction } from '../values/lang-function';
import { asInt } from '../values/numbers';
import type { Int, Value } from '../values/value';

/** What every template of a job can call; a context entry of the same name hides them. */
export const JOB_FUNCTIONS: ReadonlyMap<string, LangFunction> = new Map(
  [define('randomInt', [], INT, randomInt, [anything]), define('sequence', [int, int], listOf(INT), sequence)].map(
    (callable: Callable) => [callable.name, new LangFunction(callable)],
  ),
);

/** From 0 up to but excluding the limit, or 2^63. */
function randomInt(_run: Run, limit?: Value): Int {
  const [bits = 0n] = crypto.getRandomValues(new BigUint64Array(1));
  const random = bits >> 1n;
  if (limit === undefined) return wrapInt(random);
  const bound = asInt(limit);
  if (bound === undefined) return fail(`argument 1 of randomInt must be an int, found ${describe(limit)}`);
  if (bound <= 0) return fail('randomInt needs a limit above 0');
  return wrapInt(random % BigInt(bound)); // low results are likelier by less than the limit / 2^63
}

/** The ints from the first up to but excluding the second. */
function sequence(run: Run, from: Int, to: Int): Int[] {
  if (from >= to) return [];
  return rangeOf(run, from, BigInt(to) - 1n);
}
