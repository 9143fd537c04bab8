import { fail } from '../errors/failure';
import type { Node } from '../parser/ast';
import type { Callable } from '../types/callable';
import type { Type } from '../types/type';

/** Checks number and types of arguments; the type of the call. `at` is where the call is. */
export function checkArguments(callable: Callable, args: readonly Node[], types: readonly Type[], at: number): Type {
  const { name, params, rest, result } = callable;
  const problem = countProblem(callable, args.length);
  if (problem) fail(problem, at);
  for (const [i, type] of types.entries()) {
    const param = params[i] ?? rest;
    if (param && type.kind !== 'unknown' && !param.accepts(type)) {
      fail(`argument ${i + 1} of ${name} must be ${param.label}, found ${type.kind}`, args[i]?.at ?? at);
    }
    if (param?.endsCheck?.(type)) break;
  }
  return typeof result === 'function' ? result(types) : result;
}

/** What is wrong with a number of arguments, if anything. */
export function countProblem({ name, params, required, rest }: Callable, count: number): string | undefined {
  const most = rest ? Infinity : params.length;
  if (count >= required && count <= most) return undefined;
  const wanted =
    most === Infinity ? `at least ${required}` : most > required ? `${required} to ${most}` : `${required}`;
  return `${name} takes ${wanted} argument${wanted === '1' || wanted.endsWith(' 1') ? '' : 's'}, found ${count}`;
}
