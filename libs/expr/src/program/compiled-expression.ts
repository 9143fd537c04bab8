import { check } from '../checker/checker';
import { ExpressionError, type Phase } from '../errors/expression-error';
import { Failure } from '../errors/failure';
import { Refusal } from '../environment/convert';
import type { Environment } from '../environment/environment';
import { compile } from '../evaluator/compiler';
import type { Run } from '../evaluator/run';
import type { Thunk } from '../evaluator/thunk';
import { isBuiltin } from '../builtins/builtins';
import { parse } from '../parser/parser';
import type { Type } from '../types/type';
import type { Value } from '../values/value';

/** A compiled expression. It keeps nothing between evaluations, so it can be shared. */
export class CompiledExpression {
  constructor(
    readonly source: string,
    private readonly thunk: Thunk,
  ) {}

  /** Evaluates, and hands the value to `finish` while errors still count as the expression's. */
  evaluate<T>(run: Run, finish: (value: Value, run: Run) => T): T {
    run.at = 0;
    try {
      run.begin();
      return finish(this.thunk(run), run);
    } catch (error) {
      if (error instanceof Refusal) throw run.environment.errorOf(error);
      throw toExpressionError(error, 'run', this.source, run.at);
    } finally {
      run.end();
    }
  }
}

/** Compiles an expression; without an environment, names that are not known pass. Throws ExpressionError. */
export function compileExpression(
  source: string,
  environment: Pick<Environment, 'typeOf'> | undefined,
): CompiledExpression {
  try {
    const typeOf = (name: string): Type | undefined => environment?.typeOf(name);
    const node = parse(source, (name) => isBuiltin(name) && typeOf(name) !== undefined);
    check(node, { typeOf, strict: environment !== undefined });
    return new CompiledExpression(source, compile(node));
  } catch (error) {
    throw toExpressionError(error, 'compile', source, 0);
  }
}

/** Whatever went wrong, as an error of the expression, without words of the host. */
function toExpressionError(error: unknown, phase: Phase, source: string, at: number): ExpressionError {
  if (error instanceof Failure) {
    const options = error.cause === undefined ? undefined : { cause: error.cause };
    return new ExpressionError(phase, source, error.reason, error.at ?? at, options);
  }
  // The limits keep expressions away from the end of the stack, but not those that begin close to it.
  const isDeep = error instanceof RangeError && error.message.includes('call stack');
  const reason = isDeep ? 'expression is nested too deeply' : 'internal error';
  return new ExpressionError(phase, source, reason, at, { cause: error });
}
