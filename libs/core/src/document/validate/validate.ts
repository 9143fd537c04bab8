import type { z } from 'zod';
import { quote } from '../../text/quote';
import type { Dialect } from '../bind/dialect';
import type { ObjectShape } from '../bind/shape';
import { DocumentError, ProblemList } from '../errors';
import type { DocumentProblem } from '../errors';
import type { RuleParams } from '../schema/fields';
import type { Rule } from '../schema/rules';
import type { SourceNode, SourceText } from '../source/source';
import { placeOf } from './place';

/** A document between binding and validation. */
export interface BoundDocument {
  value: unknown;
  root: SourceNode;
  source: SourceText;
  shape: ObjectShape;
  dialect: Dialect;
}

/** The line that the API answers for a broken rule. `path` is the whole key, `Job.Permissions[0].perm`; `field` its end. */
export const ruleError = (path: string, field: string, rule: Rule): string =>
  `Key: '${path}' Error:Field validation for '${field}' failed on the '${rule}' tag`;

/**
 * Holds a document against its schema.
 *
 * @throws DocumentError with a line for each field that breaks a rule, in the order of the schema.
 */
export function validate(schema: z.ZodType, document: BoundDocument): void {
  const result = schema.safeParse(document.value);
  if (result.success) return;
  const problems = new ProblemList();
  const seen = new Set<string>();
  for (const issue of result.error.issues) {
    // Of the rules of one field only the first is reported. The list of a field's issues is in the order of its rules.
    const key = JSON.stringify([issue.path, isPseudo(issue)]);
    if (seen.has(key)) continue;
    seen.add(key);
    problems.add(() => describe(issue, document));
  }
  throw new DocumentError(problems.lines((problem) => problem.message).join('\n'), problems.listed);
}

function describe(issue: z.core.$ZodIssue, { root, source, shape, dialect, value }: BoundDocument): DocumentProblem {
  const { rule, expected, explained } = broken(issue);
  const { path, field, node } = placeOf(issue.path, root, shape, dialect);
  const line = ruleError(path, field, rule);
  const found = shownValue(rule, valueAt(value, issue.path));
  return {
    path,
    ...source.positionAt(node.at),
    expected,
    ...(found !== undefined && { found }),
    rule,
    message: explained ? `${line}: expected ${expected}` : line,
  };
}

/** The rule behind an issue: our own checks name it, zod's built-in ones are told by their code. */
function broken(issue: z.core.$ZodIssue): RuleParams {
  switch (issue.code) {
    case 'custom':
      return issue.params as RuleParams & Record<string, unknown>;
    case 'too_small':
      return { rule: 'min', expected: `at least ${issue.minimum}` };
    case 'too_big':
      return { rule: 'max', expected: `at most ${issue.maximum}` };
    default:
      return { rule: 'required', expected: 'a value' };
  }
}

const isPseudo = (issue: z.core.$ZodIssue): boolean => issue.code === 'custom' && issue.params?.pseudo === true;

const SHOWN: ReadonlySet<Rule> = new Set<Rule>(['min', 'max', 'duration', 'queue', 'cron', 'required']);

/** What was found, for the fields that cannot hold a secret. */
function shownValue(rule: Rule, value: unknown): string | undefined {
  if (!SHOWN.has(rule)) return undefined;
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return value === undefined ? 'nothing' : String(value);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}
