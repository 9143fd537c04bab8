import { JOB_FUNCTIONS } from '../environment/job-functions';
import { memberName } from '../checker/access';
import { positionOf, type Position } from '../errors/position';
import { childrenOf, type Node } from '../parser/ast';
import { parse } from '../parser/parser';
import { findExpressions } from '../template/scan';
import { nearest } from './nearest';

/**
 * What is known of a context before there is one: its names, and of those whose keys are all known (the inputs and
 * secrets of a job, the `var`s of its tasks) the keys. `undefined` stands for anything.
 */
export type ContextShape = Readonly<Record<string, readonly string[] | undefined>>;

/** A name that cannot exist. */
export interface Warning extends Position {
  readonly message: string;
  /** The expression that it is in. */
  readonly expression: string;
  /** Offset into the text; line and column are those of the text too. */
  readonly offset: number;
}

export interface LintOptions {
  /** Whether a text without braces is an expression, as in `each.list`. Default false. */
  readonly bare?: boolean;
}

/**
 * Warns of names in a text that the context will not have, and of keys that its maps will not have. These are no errors
 * of the language, because a missing key of a map reads as empty, but hardly meant. Expressions that do not compile are
 * left to `validate`.
 */
export function lint(text: string, shape: ContextShape, options: LintOptions = {}): Warning[] {
  const found = findExpressions(text);
  const expressions = found.length === 0 && options.bare ? [{ source: text, at: 0 }] : found;
  return expressions.flatMap(({ source, at }) => {
    const names = unknownNames(source, shape);
    return names.map(({ message, offset }) => {
      const place = at + offset;
      return { message, expression: source, offset: place, ...positionOf(text, place) };
    });
  });
}

interface UnknownName {
  readonly message: string;
  readonly offset: number;
}

function unknownNames(source: string, shape: ContextShape): UnknownName[] {
  let root: Node;
  try {
    root = parse(source, (name) => Object.hasOwn(shape, name));
  } catch {
    return [];
  }
  const unknown: UnknownName[] = [];
  // A stack of its own, because chains of operators may be longer than that of the host.
  const open: { node: Node; variables: ReadonlySet<string> }[] = [{ node: root, variables: new Set() }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, variables } = next;
    const problem = problemOf(node, variables, shape);
    if (problem) unknown.push({ message: problem, offset: node.at });
    for (const node of childrenOf(next.node)) open.push({ node, variables: visibleIn(node, next.node, variables) });
  }
  return unknown.sort((a, b) => a.offset - b.offset);
}

function visibleIn(child: Node, parent: Node, variables: ReadonlySet<string>): ReadonlySet<string> {
  return parent.kind === 'let' && child === parent.body ? new Set([...variables, parent.name]) : variables;
}

function problemOf(node: Node, variables: ReadonlySet<string>, shape: ContextShape): string | undefined {
  if (node.kind === 'name') {
    const { name } = node;
    if (name === '$env' || variables.has(name) || Object.hasOwn(shape, name) || JOB_FUNCTIONS.has(name))
      return undefined;
    return `there is no ${name}${suggestion(name, Object.keys(shape))}`;
  }
  if (node.kind !== 'member' || node.object.kind !== 'name' || variables.has(node.object.name)) return undefined;
  const { name } = node.object;
  const keys = Object.hasOwn(shape, name) ? shape[name] : undefined;
  const key = memberName(node);
  if (!keys || key === undefined || keys.includes(key)) return undefined;
  return `${name} has no ${key}${suggestion(key, keys)}`;
}

function suggestion(name: string, candidates: readonly string[]): string {
  const candidate = nearest(name, candidates);
  return candidate === undefined ? '' : `; did you mean ${candidate}?`;
}
