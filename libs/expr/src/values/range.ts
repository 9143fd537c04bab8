import type { Run } from '../evaluator/run';
import { wrapInt } from './ints';
import type { Int } from './value';

/** The ints from the first to the last, both included. */
export function rangeOf(run: Run, first: Int, last: Int): Int[] {
  if (first > last) return [];
  const length = BigInt(last) - BigInt(first) + 1n;
  run.grow(Number(length));
  const start = Number(first);
  if (Number.isSafeInteger(start) && Number.isSafeInteger(Number(last))) {
    return Array.from({ length: Number(length) }, (_, i) => start + i);
  }
  return Array.from({ length: Number(length) }, (_, i) => wrapInt(BigInt(first) + BigInt(i)));
}
