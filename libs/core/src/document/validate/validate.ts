import { quote } from '../../text/quote';
import type { Dialect } from '../bind/dialect';
import type { ObjectShape, RawIssue, Shape } from '../bind/shape';
import { DocumentError, ProblemList } from '../errors';
import type { DocumentProblem } from '../errors';
import { lastSegment, pathText } from '../path';
import type { Path } from '../path';
import type { RuleParams } from '../schema/fields';
import type { Rule } from '../schema/rules';
import type { SourceNode, SourceText } from '../source/source';
import { nodeAt } from './node-at';

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
 * Holds a document against the rules of its schema.
 *
 * @throws DocumentError with a line for each field that breaks a rule, in the order of the schema; rules about several
 *   fields of an object come after its fields.
 */
export function validate(document: BoundDocument): void {
  const problems = new Validator(document).run();
  if (problems.isEmpty) return;
  throw new DocumentError(problems.lines(({ message }) => message).join('\n'), problems.listed);
}

/** A path that also knows the keys it is made of, for finding its place in the source. */
interface KeyedPath extends Path {
  parent?: KeyedPath;
  key?: string | number;
}

class Validator {
  private readonly problems = new ProblemList();

  constructor(private readonly document: BoundDocument) {}

  run(): ProblemList {
    const { value, shape } = this.document;
    this.check(value, shape, { field: shape.name });
    return this.problems;
  }

  private check(value: unknown, shape: Shape, path: KeyedPath): void {
    if (this.problems.isFull) return;
    if (shape.type === 'object') this.checkFields(value as Record<string, unknown>, shape, path);
    if (shape.rules) this.report(shape.rules(value), value, shape, path);
    if (shape.type === 'list' && isRuled(shape.item)) {
      for (const [index, item] of (value as unknown[]).entries()) {
        this.check(item, shape.item, { parent: path, element: index, key: index });
      }
    }
  }

  private checkFields(object: Record<string, unknown>, shape: ObjectShape, parent: KeyedPath): void {
    for (const { name, label, shape: field, presence } of shape.fields.values()) {
      const value = object[name] ?? (presence === 'assumed' ? {} : undefined);
      if (value === undefined && presence === 'optional') continue;
      const path = { parent, field: label, key: name };
      if (value === undefined) this.add({ rule: 'required', expected: 'a value' }, path, undefined);
      else this.check(value, field, path);
    }
  }

  /** Of the rules that a value breaks only the first counts; a rule about parts of it names each of them. */
  private report(issues: readonly RawIssue[], value: unknown, shape: Shape, path: KeyedPath): void {
    for (const issue of issues) {
      const params = paramsOf(issue);
      const key = issue.path?.[0];
      if (key === undefined) {
        this.add(params, path, value);
        return;
      }
      const part = shape.type === 'map' ? { element: String(key), key: String(key) } : { field: String(key) };
      this.add(params, { parent: path, ...part }, undefined);
    }
  }

  private add({ rule, expected, detail, explained }: RuleParams, path: KeyedPath, value: unknown): void {
    this.problems.add((): DocumentProblem => {
      const { root, source, shape, dialect } = this.document;
      const text = pathText(path);
      const line = ruleError(text, lastSegment(path), rule);
      const found = SHOWN.has(rule) ? shown(value) : undefined;
      return {
        path: text,
        ...source.positionAt(nodeAt(keysOf(path), root, shape, dialect).at),
        expected,
        ...(found !== undefined && { found }),
        rule,
        message: explained ? `${line}: expected ${expected}` : line,
        ...(detail !== undefined && { detail }),
      };
    });
  }
}

/** Whether looking at the items of a list can be of any use: most lists are of any texts. */
const isRuled = (shape: Shape): boolean => shape.type === 'object' || shape.rules !== undefined;

/** The rule behind an issue: our own checks name it, zod's built-in ones are told by their code. */
function paramsOf(issue: RawIssue): RuleParams {
  switch (issue.code) {
    case 'custom':
      return issue.params as unknown as RuleParams;
    case 'too_small':
      return { rule: 'min', expected: `at least ${issue.minimum}` };
    case 'too_big':
      return { rule: 'max', expected: `at most ${issue.maximum}` };
    default:
      throw new TypeError(`no rule for issues with the code ${issue.code}`);
  }
}

const SHOWN: ReadonlySet<Rule> = new Set<Rule>(['min', 'max', 'duration', 'queue', 'cron', 'required']);

/** What was found, for the rules of fields that cannot hold a secret. */
function shown(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return value === undefined ? 'nothing' : String(value);
}

function keysOf(path: KeyedPath): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: KeyedPath | undefined = path; at; at = at.parent) if (at.key !== undefined) keys.push(at.key);
  return keys.reverse();
}
