import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { evaluateCase, ExpressionError, runCase } from '@tork/expr';
import type { Terminal } from '../terminal';

export interface EvalOptions {
  /** A JSON file with the names that the expression sees. */
  env?: string;
  /** The text is a template: every `{{ … }}` in it is replaced. */
  template?: boolean;
}

/** Prints the value of one expression as JSON, or the rendered template. Returns the exit code. */
export async function evaluate(expr: string, options: EvalOptions, terminal: Terminal): Promise<number> {
  const env = options.env === undefined ? {} : await readNames(resolve(terminal.cwd, options.env));
  try {
    const { value, text } = runCase({ expr, env, mode: options.template ? 'template' : 'value' });
    terminal.out(options.template ? text : JSON.stringify(value));
    return 0;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    terminal.err(`${error.message}\n${error.caret}`);
    return 1;
  }
}

/**
 * Answers each line of standard input with a line: `{"expr": "1 + x", "env": {"x": 2}}` with
 * `{"value": 3, "type": "int", "text": "3"}` or `{"error": …, "phase": …}`, and with the `id` of the question. A line
 * that is no question is answered with an error, too.
 */
export async function evaluateLines(terminal: Terminal): Promise<number> {
  for await (const line of createInterface({ input: terminal.input })) {
    if (line.trim() !== '') terminal.out(JSON.stringify(answer(line)));
  }
  return 0;
}

function answer(line: string): object {
  try {
    return evaluateCase(JSON.parse(line));
  } catch (error) {
    return { id: null, error: (error as Error).message };
  }
}

async function readNames(file: string): Promise<object> {
  const names: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (typeof names === 'object' && names !== null && !Array.isArray(names)) return names;
  throw new Error(`${file}: expected a JSON object with the names that the expression sees`);
}
