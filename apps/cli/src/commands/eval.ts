import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ExpressionError, evaluateValue, render, toPlain, type ExpressionContext } from '@tork/expr';
import type { Terminal } from '../terminal';

export interface EvalOptions {
  /** A JSON file with the names that the expression sees. */
  env?: string;
  /** The text is a template: every `{{ … }}` in it is replaced. */
  template?: boolean;
}

/** Prints the value of one expression as JSON, or the rendered template. Returns the exit code. */
export async function evaluate(expression: string, options: EvalOptions, terminal: Terminal): Promise<number> {
  const context = options.env
    ? parseContext(await readFile(resolve(terminal.cwd, options.env), 'utf8'), options.env)
    : {};
  try {
    if (options.template) terminal.out(render(expression, context));
    else terminal.out(JSON.stringify(toPlain(evaluateValue(expression, context))));
    return 0;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    terminal.err(`${error.message}\n${error.caret}`);
    return 1;
  }
}

/**
 * Answers each line of standard input, `{"expr": …, "env": {…}, "mode": "template"}`, with a line
 * `{"value": …}` or `{"error": …}` that has the `id` of its question, if there was one.
 */
export async function evaluateLines(terminal: Terminal): Promise<number> {
  for (const line of (await terminal.input()).split('\n')) {
    if (line.trim() !== '') terminal.out(JSON.stringify(answer(line)));
  }
  return 0;
}

interface Question {
  id?: unknown;
  expr?: unknown;
  env?: unknown;
  mode?: unknown;
}

function answer(line: string): Record<string, unknown> {
  let id: unknown;
  try {
    const question = JSON.parse(line) as Question;
    id = question.id;
    const context = (question.env ?? {}) as ExpressionContext;
    const text = String(question.expr);
    const value = question.mode === 'template' ? render(text, context) : toPlain(evaluateValue(text, context));
    return { id, value };
  } catch (error) {
    return { id, error: (error as Error).message };
  }
}

function parseContext(text: string, file: string): ExpressionContext {
  const context: unknown = JSON.parse(text);
  if (typeof context === 'object' && context !== null && !Array.isArray(context)) return context as ExpressionContext;
  throw new Error(`${file}: expected a JSON object with the names that the expression sees`);
}
