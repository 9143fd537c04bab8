import type { Callable, Param } from '../types/callable';
import { anything, bool, duration, int, list, location, map, number, text, time } from '../types/params';
import { BOOL, DURATION, INT, LIST, LOCATION, MAP, STRING, TIME, UNKNOWN, type Type } from '../types/type';
import { Failure } from '../errors/failure';
import { LangFunction } from '../values/lang-function';
import type { Value } from '../values/value';
import { fromHost, Refusal } from './convert';

/** What an argument or the result of a function of the host is. */
export type ParamName =
  'any' | 'bool' | 'int' | 'number' | 'string' | 'list' | 'map' | 'time' | 'duration' | 'location';

const KINDS: Readonly<Record<ParamName, readonly [param: Param, result: Type]>> = {
  any: [anything, UNKNOWN],
  bool: [bool, BOOL],
  int: [int, INT],
  number: [number, UNKNOWN],
  string: [text, STRING],
  list: [list, LIST],
  map: [map, MAP],
  time: [time, TIME],
  duration: [duration, DURATION],
  location: [location, LOCATION],
};

/** How a function of the host appears to expressions. */
export interface FunctionDefinition {
  readonly name: string;
  /** Arguments that must be given. Each is checked before `call` sees it. */
  readonly params: readonly ParamName[];
  /** Arguments that may follow. */
  readonly optional?: readonly ParamName[];
  /** What it returns, for checks before the run. Default `any`. */
  readonly returns?: ParamName;
  /**
   * Gets values of the language; may return whatever a context may hold. What it throws fails the expression and becomes
   * the `cause` of the error; it does not get into the message, because it may hold an argument that is a secret.
   */
  readonly call: (...args: Value[]) => unknown;
}

/** Makes a function that a context can hold. Expressions can call nothing else of the host. */
export function defineFunction({
  name,
  params,
  optional = [],
  returns = 'any',
  call,
}: FunctionDefinition): LangFunction {
  const callable: Callable = {
    name,
    params: [...params, ...optional].map((param) => KINDS[param][0]),
    required: params.length,
    result: KINDS[returns][1],
    call: (_run, ...args) => {
      const given = args.slice(0, args.findLastIndex((arg) => arg !== undefined) + 1);
      try {
        return fromHost(call(...(given as Value[])));
      } catch (cause) {
        const reason = cause instanceof Refusal ? 'returned no value of the language' : 'failed';
        throw new Failure(`${name} ${reason}`, undefined, cause);
      }
    },
  };
  return new LangFunction(callable);
}
