import { define, type Callable } from '../types/callable';
import { int } from '../types/params';
import { INT } from '../types/type';
import { fail } from '../errors/failure';
import { wrapInt } from '../values/ints';
import type { Int } from '../values/value';

/** Section "bits" of the built-ins: all on 64-bit two's complement. */
export const BIT_BUILTINS: readonly Callable[] = [
  binary('bitand', (a, b) => a & b),
  binary('bitor', (a, b) => a | b),
  binary('bitxor', (a, b) => a ^ b),
  binary('bitnand', (a, b) => a & ~b),
  define('bitnot', [int], INT, (_run, a) => wrapInt(~BigInt(a))),
  shift('bitshl', (a, n) => a << n),
  shift('bitshr', (a, n) => a >> n),
  shift('bitushr', (a, n) => BigInt.asUintN(64, a) >> n),
];

function binary(name: string, combine: (a: bigint, b: bigint) => bigint): Callable {
  return define(name, [int, int], INT, (_run, a: Int, b: Int) => wrapInt(combine(BigInt(a), BigInt(b))));
}

function shift(name: string, move: (a: bigint, n: bigint) => bigint): Callable {
  return define(name, [int, int], INT, (_run, a: Int, n: Int) => {
    if (n < 0) return fail(`${name} needs a count that is not negative`);
    return wrapInt(move(BigInt(a), n > 64 ? 64n : BigInt(n))); // 64 moves every bit out
  });
}
