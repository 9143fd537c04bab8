import { methodOf } from '../builtins/methods';
import { countProblem } from '../checker/arguments';
import { fail } from '../errors/failure';
import { withArticle } from '../errors/words';
import type { Callable } from '../types/callable';
import { readArgument } from '../types/params';
import { describe, isMap, isNil } from '../values/kinds';
import { LangFunction } from '../values/lang-function';
import { GeneralMap, StringMap } from '../values/maps';
import type { Value } from '../values/value';
import type { Run } from './run';
import { SKIPPED, type Thunk } from './thunk';

/** A call of a function that is known before the run. Those with few arguments get along without an array. */
export function compileKnownCall(callable: Callable, args: readonly Thunk[], at: number): Thunk {
  const { name, params, rest, call } = callable;
  const problem = countProblem(callable, args.length);
  if (problem) return () => fail(problem, at); // only where the checker does not look
  const [first, second] = args;
  const [firstParam, secondParam] = params;
  if (rest || args.length > 2) return (run) => invoke(run, callable, undefined, args, at);
  if (!first || !firstParam) {
    return (run) => {
      run.at = at;
      return call(run);
    };
  }
  if (!second || !secondParam) {
    return (run) => {
      const value = first(run);
      run.at = at;
      return call(run, readArgument(name, firstParam, 1, value));
    };
  }
  return (run) => {
    const value = first(run);
    const other = second(run);
    run.at = at;
    return call(run, readArgument(name, firstParam, 1, value), readArgument(name, secondParam, 2, other));
  };
}

/** A call of whatever a name of the environment, or a variable, turns out to be. */
export function compileCall(callee: Thunk, name: string, args: readonly Thunk[], at: number): Thunk {
  return (run) => {
    const value = callee(run);
    if (!(value instanceof LangFunction))
      return fail(`${name} is ${withArticle(describe(value))} and cannot be called`, at);
    return invoke(run, value.callable, undefined, args, at);
  };
}

/** `object.name(…)`: a method of a time, duration and the like, or a function in a map. */
export function compileMethodCall(
  object: Thunk,
  name: string,
  optional: boolean,
  args: readonly Thunk[],
  at: number,
): Thunk {
  return (run) => {
    const receiver = object(run);
    if (receiver === SKIPPED || (optional && isNil(receiver))) return SKIPPED;
    const method = methodOf(receiver, name);
    if (method) return invokeMethod(run, method, receiver, args, at);
    const member = memberOf(receiver, name);
    if (member instanceof LangFunction) return invoke(run, member.callable, undefined, args, at);
    return fail(`${withArticle(describe(receiver))} has no function ${name}`, at);
  };
}

function memberOf(receiver: Value, name: string): Value | undefined {
  return isMap(receiver) || receiver instanceof StringMap || receiver instanceof GeneralMap
    ? receiver.get(name)
    : undefined;
}

/** Steps of a method of times: the host needs some microseconds to find the offset of a zone. */
const COST_OF_METHOD = 50;

function invokeMethod(run: Run, method: Callable, receiver: Value, args: readonly Thunk[], at: number): Value {
  const result = invoke(run, method, receiver, args, at);
  run.step(COST_OF_METHOD);
  if (typeof result === 'string') run.grow(result.length);
  return result;
}

/** Evaluates the arguments, checks them, and calls. `receiver` is that of a method. */
function invoke(run: Run, callable: Callable, receiver: Value | undefined, args: readonly Thunk[], at: number): Value {
  const { name, params, rest, call } = callable;
  const problem = countProblem(callable, args.length);
  if (problem) return fail(problem, at);
  const values = args.map((arg) => arg(run));
  run.at = at;
  const read = values.map((value, i) => {
    const param = params[i] ?? rest;
    return param && readArgument(name, param, i + 1, value);
  });
  const passed = rest ? [...read.slice(0, params.length), read.slice(params.length)] : read;
  return receiver === undefined ? call(run, ...passed) : call(run, receiver, ...passed);
}
