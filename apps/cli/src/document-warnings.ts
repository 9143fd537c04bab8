import type { AuxTask, JobDocument, SubJobDocument, TaskDocument } from '@tork/core';
import { lint } from '@tork/expr';
import type { ContextShape } from '@tork/expr';

/** A text of a document in which expressions may stand. */
interface Template {
  path: string;
  text: string | undefined;
  /** Without braces the whole text is an expression. */
  bare?: boolean;
  /** Names that only it sees: the variables of `each` around it. */
  variables: readonly string[];
}

/**
 * Names in a document's expressions that cannot exist when it runs: an input that it does not have, the result of a task
 * that has no such `var`, an unknown root. They read as empty or fail the task; hardly what was meant. A line each.
 */
export function documentWarnings(document: JobDocument): string[] {
  const shape: ContextShape = {
    job: ['id', 'name'],
    inputs: Object.keys(document.inputs ?? {}),
    secrets: Object.keys(document.secrets ?? {}),
    tasks: varsOf(document.tasks ?? []),
  };
  return [...templatesOf(document)].flatMap(({ bare, path, text, variables }) => {
    if (!text) return [];
    const names = Object.fromEntries(variables.map((name) => [name, ['index', 'value']]));
    return lint(text, { ...names, ...shape }, { bare }).map(
      ({ column, message }) => `${path}:${column}: warning: ${message}`,
    );
  });
}

/** What tasks may put into the context. A `var` that is a template can be any name, and then so can the others. */
function varsOf(tasks: readonly TaskDocument[]): string[] | undefined {
  const vars: string[] = [];
  for (const task of tasks) {
    if (task.var?.includes('{{')) return undefined;
    if (task.var) vars.push(task.var);
    const inner = varsOf([...(task.parallel?.tasks ?? []), ...(task.each?.task ? [task.each.task] : [])]);
    if (!inner) return undefined;
    vars.push(...inner);
  }
  return vars;
}

function* templatesOf(document: JobDocument): Generator<Template> {
  yield* listOf(document.tasks, 'tasks', (task, path) => templatesOfTask(task, path, []));
  yield { path: 'output', text: document.output, bare: true, variables: [] };
}

function* templatesOfTask(task: TaskDocument, path: string, variables: readonly string[]): Generator<Template> {
  yield* templatesOfAux(task, path, variables);
  for (const key of ['var', 'queue'] as const) yield { path: `${path}.${key}`, text: task[key], variables };
  yield { path: `${path}.if`, text: task.if, bare: true, variables };
  for (const key of ['pre', 'post', 'sidecars'] as const) {
    yield* listOf<AuxTask>(task[key], `${path}.${key}`, (aux, at) => templatesOfAux(aux, at, variables));
  }
  yield* listOf(task.parallel?.tasks, `${path}.parallel.tasks`, (child, at) => templatesOfTask(child, at, variables));
  yield { path: `${path}.each.list`, text: task.each?.list, bare: true, variables };
  const item = [...variables, task.each?.var ?? 'item'];
  if (task.each?.task) yield* templatesOfTask(task.each.task, `${path}.each.task`, item);
  if (task.subjob) yield* templatesOfSubJob(task.subjob, `${path}.subjob`, variables);
}

function* templatesOfAux(task: AuxTask, path: string, variables: readonly string[]): Generator<Template> {
  for (const key of ['name', 'image'] as const) yield { path: `${path}.${key}`, text: task[key], variables };
  yield* mapOf(task.env, `${path}.env`, variables);
  yield* mapOf({ ...task.registry }, `${path}.registry`, variables);
  for (const [i, text] of (task.cmd ?? []).entries()) yield { path: `${path}.cmd[${i}]`, text, variables };
}

function* templatesOfSubJob(job: SubJobDocument, path: string, variables: readonly string[]): Generator<Template> {
  yield { path: `${path}.name`, text: job.name, variables };
  yield* mapOf(job.inputs, `${path}.inputs`, variables);
  yield* mapOf(job.secrets, `${path}.secrets`, variables);
  for (const [i, webhook] of (job.webhooks ?? []).entries()) {
    yield { path: `${path}.webhooks[${i}].url`, text: webhook.url, variables };
    yield* mapOf(webhook.headers, `${path}.webhooks[${i}].headers`, variables);
  }
}

function* mapOf(
  map: Record<string, string | undefined> | undefined,
  path: string,
  variables: readonly string[],
): Generator<Template> {
  for (const [key, text] of Object.entries(map ?? {})) yield { path: `${path}.${key}`, text, variables };
}

function* listOf<T>(
  list: readonly T[] | undefined,
  path: string,
  each: (item: T, path: string) => Generator<Template>,
): Generator<Template> {
  for (const [i, item] of (list ?? []).entries()) yield* each(item, `${path}[${i}]`);
}
