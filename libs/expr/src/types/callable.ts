import type { Run } from '../evaluator/run';
import type { Value } from '../values/value';
import type { Type } from './type';

/** What a function takes at one place: checked before the run where the type is known, and at every call. */
export interface Param<T = unknown> {
  /** With its article, for `must be …`. */
  readonly label: string;
  /** Whether an argument of this known type can fit. Never asked about `unknown`. */
  accepts(type: Type): boolean;
  /** Whether an argument of this type leaves those behind it to the run. */
  endsCheck?(type: Type): boolean;
  /** The argument as the implementation wants it, or undefined if it does not fit. */
  read(value: Value): T | undefined;
}

/** An implementation; its arguments are what the parameters have read, which `define` matches with their types. */
export type Call = (run: Run, ...args: unknown[]) => Value;

/** A function as checker and evaluator see it: built-in, method or registered by the host. */
export interface Callable {
  readonly name: string;
  readonly params: readonly Param[];
  /** How many of `params` must be given. */
  readonly required: number;
  /** What all further arguments must be; without it there may be none. */
  readonly rest?: Param;
  /** The type of the result, or how it follows from the types of the arguments. */
  readonly result: Type | ((args: readonly Type[]) => Type);
  /**
   * Runs with arguments that `params` have read; those left out are undefined. Methods get their receiver first;
   * what `rest` has read comes as one array at the end.
   */
  readonly call: Call;
}

type Read<P> = P extends Param<infer T> ? T : never;

type Args<P extends readonly Param[]> = { [K in keyof P]: Read<P[K]> };

type OptionalArgs<P extends readonly Param[]> = { [K in keyof P]: Read<P[K]> | undefined };

/** A function with a fixed list of arguments, of which the last ones may be optional. */
export function define<const P extends readonly Param[], const O extends readonly Param[] = []>(
  name: string,
  params: P,
  result: Callable['result'],
  call: (run: Run, ...args: [...Args<P>, ...OptionalArgs<O>]) => Value,
  optional?: O,
): Callable {
  return { name, params: [...params, ...(optional ?? [])], required: params.length, result, call: call as Call };
}

/** A function with at least one argument and any number of them, all of one kind. */
export function defineVariadic<T>(
  name: string,
  param: Param<T>,
  result: Callable['result'],
  call: (run: Run, args: T[]) => Value,
): Callable {
  return { name, params: [], required: 1, rest: param, result, call: call as Call };
}

/** A method: `receiver` is what stands before the dot. */
export function defineMethod<R, const P extends readonly Param[]>(
  name: string,
  params: P,
  result: Type,
  call: (receiver: R, ...args: Args<P>) => Value,
): Callable {
  const method = (_run: Run, receiver: R, ...args: Args<P>) => call(receiver, ...args);
  return { name, params, required: params.length, result, call: method as Call };
}
