import { Budget, DEFAULT_LIMITS, evaluateValue, render, stringMap } from '@tork/expr';
import type { ExpressionContext } from '@tork/expr';
import type { MeteredExpressions, Scope } from '@tork/core';
import { conditionContext } from './condition-subjects';

/** The names of a scope as the language sees them: the four maps of texts, and the variables of `each` beside them. */
const contextOf = (scope: Scope): ExpressionContext => ({
  ...scope.variables,
  job: stringMap(scope.job),
  inputs: stringMap(scope.inputs),
  secrets: stringMap(scope.secrets),
  tasks: stringMap(scope.tasks),
});

/** What all expressions of one event may cost: about two seconds, and far more than jobs need. */
const EVENT_BUDGET = 2 * DEFAULT_LIMITS.steps;

/** The expression language, as the state machine asks for it. */
export function createExpressions(eventBudget = EVENT_BUDGET): MeteredExpressions {
  const budget = new Budget(eventBudget);
  return {
    render: (template, scope) => render(template, contextOf(scope), { budget }),
    value: (text, scope) => evaluateValue(text, contextOf(scope), { budget }),
    condition: (text, subjects) => evaluateValue(text, conditionContext(subjects), { budget }),
    refill: () => budget.refill(),
  };
}
