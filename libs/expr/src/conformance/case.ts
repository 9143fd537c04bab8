import { JOB_FUNCTIONS } from '../environment/job-functions';
import { ExpressionError, type Phase } from '../errors/expression-error';
import { Failure } from '../errors/failure';
import { DEFAULT_LIMITS } from '../evaluator/limits';
import { Run } from '../evaluator/run';
import { compileExpression } from '../program/compiled-expression';
import { evaluateValue, render, validate } from '../template/template';
import { textOf } from '../values/display';
import { typeName } from '../values/kinds';
import type { Value } from '../values/value';
import { decodeEnvironment, encodeValue } from './codec';

/** One question to the language, as a line of JSON holds it. */
export interface ExpressionCase {
  readonly id?: unknown;
  readonly expr: string;
  /** Without one, `expr` is an expression; `template`, `value` and `valid` are what `render` and its siblings take. */
  readonly mode?: 'template' | 'value' | 'valid';
  /** Names and values, see `decodeValue`. */
  readonly env?: unknown;
  /** `compile` asks only whether the expression compiles while no name is known. */
  readonly level?: 'eval' | 'compile';
}

/** A value in three forms. */
export interface ShownValue {
  /** As JSON, see `encodeValue`. */
  readonly value: unknown;
  /** As the built-in `type` says it. */
  readonly type: string;
  /** As a template shows it. */
  readonly text: string;
}

/** The answer to one case; `id` is that of the case, null if it has none. */
export type ExpressionAnswer =
  ({ readonly id: unknown } & ShownValue) | { readonly id: unknown; readonly error: string; readonly phase: Phase };

/**
 * Answers one case. Wrong expressions are an answer; only a case that is none, or an environment that cannot be read,
 * throws TypeError.
 */
export function evaluateCase(input: unknown): ExpressionAnswer {
  const question = readCase(input);
  const { id = null } = question;
  try {
    return { id, ...runCase(question) };
  } catch (error) {
    if (error instanceof ExpressionError) return { id, error: error.message, phase: error.phase };
    throw error;
  }
}

/** Evaluates one case for somebody who looks at the result. Throws ExpressionError, TypeError. */
export function runCase(question: ExpressionCase): ShownValue {
  try {
    return show(answer(question));
  } catch (error) {
    throw error instanceof Failure ? new ExpressionError('run', question.expr, error.reason, 0) : error;
  }
}

function readCase(input: unknown): ExpressionCase {
  const question = input as Partial<ExpressionCase> | null;
  if (typeof question !== 'object' || typeof question?.expr !== 'string') {
    throw new TypeError('a case must be an object with a member "expr" that is a string');
  }
  const { mode, level } = question;
  if (mode !== undefined && mode !== null && !['template', 'value', 'valid'].includes(mode)) {
    throw new TypeError('the member "mode" of a case must be "template", "value" or "valid"');
  }
  if (level !== undefined && level !== null && !['eval', 'compile'].includes(level)) {
    throw new TypeError('the member "level" of a case must be "eval" or "compile"');
  }
  return question as ExpressionCase;
}

function answer({ expr, mode, env, level }: ExpressionCase): Value {
  switch (mode) {
    case 'template':
      return render(expr, decodeEnvironment(env, JOB_FUNCTIONS));
    case 'value':
      return evaluateValue(expr, decodeEnvironment(env, JOB_FUNCTIONS));
    case 'valid':
      return validate(expr) === undefined;
  }
  if (level === 'compile') {
    compileExpression(expr, undefined);
    return null;
  }
  const environment = decodeEnvironment(env);
  const run = new Run(environment, DEFAULT_LIMITS);
  return compileExpression(expr, environment).evaluate(run, (value) => value);
}

/** Showing a value has a budget of its own, so that asking for its text does not make an evaluation fail. */
function show(value: Value): ShownValue {
  const run = new Run(decodeEnvironment(null), { ...DEFAULT_LIMITS, memory: 100_000_000 });
  const text = textOf(value, run); // first, because it refuses data that is too deep to be walked
  return { value: encodeValue(value), type: typeName(value), text };
}
