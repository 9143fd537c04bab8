import { Environment, type ExpressionContext } from '../environment/environment';
import type { Budget } from '../evaluator/budget';
import { limitsOf, type Limits } from '../evaluator/limits';
import { Run } from '../evaluator/run';
import type { LangFunction } from '../values/lang-function';
import type { Value } from '../values/value';
import { compileExpression, type CompiledExpression } from './compiled-expression';
import { cachedExpression } from './program-cache';

export interface EvaluationOptions {
  /** Where they differ from `DEFAULT_LIMITS`. */
  readonly limits?: Partial<Limits>;
  /** Shared with other evaluations. */
  readonly budget?: Budget;
}

const NO_FUNCTIONS: ReadonlyMap<string, LangFunction> = new Map();

/** An expression compiled once, to be evaluated often. It holds no state of its evaluations. */
export class Program {
  constructor(private readonly compiled: CompiledExpression) {}

  /** The expression as it was given. */
  get source(): string {
    return this.compiled.source;
  }

  /**
   * The value in a context, whose types need not be those that the program was compiled for: what does not fit fails
   * here. Throws ExpressionError.
   */
  evaluate(context: ExpressionContext | Environment, options?: EvaluationOptions): Value {
    return this.compiled.evaluate(runIn(context, options), (value) => value);
  }
}

/**
 * Compiles an expression, without braces. With a context, names that it lacks and operators that do not fit the types of
 * its values are errors; without one, only what is wrong in every context. Throws ExpressionError.
 */
export function compile(expression: string, context?: ExpressionContext | Environment): Program {
  return new Program(compileExpression(expression, context && plainEnvironment(context)));
}

/** Evaluates an expression, without braces, in a context. Compiled expressions are kept. Throws ExpressionError. */
export function evaluate(
  expression: string,
  context: ExpressionContext | Environment = {},
  options?: EvaluationOptions,
): Value {
  const run = runIn(context, options);
  return cachedExpression(expression, run.environment).evaluate(run, (value) => value);
}

function runIn(context: ExpressionContext | Environment, options?: EvaluationOptions): Run {
  return new Run(plainEnvironment(context), limitsOf(options?.limits), options?.budget);
}

/** A context with nothing besides what is in it. */
function plainEnvironment(context: ExpressionContext | Environment): Environment {
  return context instanceof Environment ? context : new Environment(context, NO_FUNCTIONS);
}
