import { evaluateValue, render, stringMap } from '@tork/expr';
import type { ExpressionContext } from '@tork/expr';
import type { Expressions, Scope } from '@tork/core';
import { conditionContext } from './condition-subjects';

/** The names of a scope as the language sees them: the four maps of texts, and the variables of `each` beside them. */
const contextOf = (scope: Scope): ExpressionContext => ({
  ...scope.variables,
  job: stringMap(scope.job),
  inputs: stringMap(scope.inputs),
  secrets: stringMap(scope.secrets),
  tasks: stringMap(scope.tasks),
});

/** The expression language, as the state machine asks for it. */
export const expressions: Expressions = {
  render: (template, scope) => render(template, contextOf(scope)),
  value: (text, scope) => evaluateValue(text, contextOf(scope)),
  condition: (text, subjects) => evaluateValue(text, conditionContext(subjects)),
};
