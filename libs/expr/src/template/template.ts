import { Recent } from '../cache/recent';
import { Environment, type ExpressionContext } from '../environment/environment';
import { JOB_FUNCTIONS } from '../environment/job-functions';
import { ExpressionError } from '../errors/expression-error';
import { fail } from '../errors/failure';
import { limitsOf } from '../evaluator/limits';
import { Run } from '../evaluator/run';
import { compileExpression } from '../program/compiled-expression';
import type { EvaluationOptions } from '../program/program';
import { cachedExpression } from '../program/program-cache';
import { textOf } from '../values/display';
import type { Value } from '../values/value';
import { scanTemplate, type TemplateParts } from './scan';

const scanned = new Recent<TemplateParts>(500_000);

function partsOf(text: string): TemplateParts {
  let parts = scanned.get(text);
  if (!parts) scanned.set(text, (parts = scanTemplate(text)), text.length + 20);
  return parts;
}

/** A context as templates of jobs see it: with `randomInt` and `sequence`. */
export function jobEnvironment(context: ExpressionContext | Environment): Environment {
  return context instanceof Environment ? context : new Environment(context, JOB_FUNCTIONS);
}

/**
 * Replaces every `{{ expression }}` in a text by the text form of its value; everything else stays as it is. Throws
 * ExpressionError if any of them fails: there are no partial results.
 */
export function render(
  template: string,
  context: ExpressionContext | Environment,
  options?: EvaluationOptions,
): string {
  if (!template.includes('{{')) return template;
  const parts = partsOf(template);
  if (parts.length === 1) return template;
  const limits = limitsOf(options?.limits);
  const environment = jobEnvironment(context);
  const run = new Run(environment, limits, options?.budget);
  let text = parts[0] ?? '';
  for (let i = 1; i < parts.length; i += 2) {
    const append = (value: Value) => {
      text += textOf(value, run) + (parts[i + 1] ?? '');
      if (text.length > limits.output) fail('rendered text is too long');
    };
    cachedExpression(parts[i] ?? '', environment).evaluate(run, append);
  }
  return text;
}

/**
 * Evaluates the first `{{ expression }}` of a text, ignoring what is around it, or the whole text as an expression if it
 * has none. The value keeps its type. Throws ExpressionError.
 */
export function evaluateValue(
  text: string,
  context: ExpressionContext | Environment,
  options?: EvaluationOptions,
): Value {
  const environment = jobEnvironment(context);
  const run = new Run(environment, limitsOf(options?.limits), options?.budget);
  return cachedExpression(sourceOf(text), environment).evaluate(run, (value) => value);
}

/**
 * Compiles what `evaluateValue` would evaluate, without a context: names that are not known pass. Returns what is wrong
 * with it, if anything. Empty text is accepted: it is a field that was not filled in.
 */
export function validate(text: string): ExpressionError | undefined {
  if (text === '') return undefined;
  try {
    compileExpression(sourceOf(text), undefined);
    return undefined;
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
}

/** The first expression of a text or, if it has none, the text. */
function sourceOf(text: string): string {
  return partsOf(text)[1] ?? text;
}
