import type { AuxTask, StringMap, TaskDocument } from '../document/types';
import type { Expressions, Scope } from '../machine/view';
import { A_TASK_QUEUE, isTaskQueue } from '../queue/queue';
import { quote } from '../text/quote';

/**
 * Most characters that the templates of a task may give together. Each is limited by itself; but a short document can have
 * thousands of them, and all that they give is held and stored at once.
 */
const MAX_RENDERED = 8_000_000;

/** A task document with its templates rendered, or what it looked like when one of them failed. */
export type Evaluation = { task: TaskDocument } | { task: TaskDocument; error: string };

/**
 * Renders the templates of a task, each exactly once, in the order of the contract: name, var, image, queue, env, if, pre, post, sidecars,
 * cmd, registry. What is nested in composites is rendered when its own turn comes. Never throws.
 */
export function evaluateTask(document: TaskDocument, scope: Scope, expressions: Expressions): Evaluation {
  const task: TaskDocument = { ...document };
  let length = 0;
  const render = (text: string): string => {
    if (!text.includes('{{')) return text;
    const rendered = expressions.render(text, scope);
    length += rendered.length;
    if (length > MAX_RENDERED) throw new Error(`the templates of the task give more than ${MAX_RENDERED} characters`);
    return rendered;
  };
  try {
    if (task.name !== undefined) task.name = render(task.name);
    if (task.var !== undefined) task.var = render(task.var);
    if (task.image !== undefined) task.image = render(task.image);
    if (task.queue !== undefined) task.queue = taskQueue(render(task.queue));
    if (task.env) task.env = renderValues(task.env, render);
    if (task.if !== undefined) task.if = renderCondition(task.if, scope, expressions);
    if (task.pre) task.pre = task.pre.map((aux) => evaluateAux(aux, render));
    if (task.post) task.post = task.post.map((aux) => evaluateAux(aux, render));
    if (task.sidecars) task.sidecars = task.sidecars.map((aux) => ({ ...aux, ...evaluateAux(aux, render) }));
    if (task.cmd) task.cmd = task.cmd.map(render);
    if (task.registry) task.registry = renderValues({ ...task.registry } as StringMap, render);
    return { task };
  } catch (cause) {
    return { task: document, error: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** Whatever a template gives, no task gets among the messages of Tork's own queues. */
function taskQueue(queue: string): string {
  if (queue === '' || isTaskQueue(queue)) return queue;
  throw new Error(`queue: expected ${A_TASK_QUEUE}, found ${quote(queue)}`);
}

function evaluateAux(aux: AuxTask, render: (text: string) => string): AuxTask {
  const result: AuxTask = { ...aux };
  if (result.name !== undefined) result.name = render(result.name);
  if (result.image !== undefined) result.image = render(result.image);
  if (result.env) result.env = renderValues(result.env, render);
  if (result.cmd) result.cmd = result.cmd.map(render);
  if (result.registry) result.registry = renderValues({ ...result.registry } as StringMap, render);
  return result;
}

function renderValues(map: StringMap, render: (text: string) => string): StringMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, render(value)]));
}

/**
 * Without braces the whole text is an expression; the original left such conditions unevaluated, hence always true. One
 * that holds stays as its author wrote it, as readers of the original's tasks expect.
 */
function renderCondition(text: string, scope: Scope, expressions: Expressions): string {
  if (text.trim() === '') return text;
  if (text.includes('{{')) return expressions.render(text, scope);
  return isFalse(expressions.render(`{{ ${text} }}`, scope)) ? 'false' : text;
}

const isFalse = (text: string): boolean => text.trim() === 'false';

/** Whether a task is passed over: its condition came out as `false`, surrounding white space aside. */
export const isSkipped = (task: Pick<TaskDocument, 'if'>): boolean => task.if !== undefined && isFalse(task.if);
