import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { DocumentError, parseJobDocument, parseScheduledJobDocument } from '@tork/core';
import type { JobDocument } from '@tork/core';
import { validate as validateExpression } from '@tork/expr';
import { documentWarnings } from '../document-warnings';
import type { Terminal } from '../terminal';

export interface ValidateOptions {
  /** The file holds a scheduled job, the body of `POST /scheduled-jobs`. */
  scheduled?: boolean;
}

/**
 * Checks a job document, a file or `-` for standard input, as `POST /jobs` does, and warns of names in its expressions
 * that cannot exist. Returns the exit code.
 */
export async function validate(file: string, { scheduled }: ValidateOptions, terminal: Terminal): Promise<number> {
  const body = file === '-' ? await text(terminal.input) : await readFile(resolve(terminal.cwd, file));
  const parse = scheduled ? parseScheduledJobDocument : parseJobDocument;
  let document: JobDocument;
  try {
    document = parse(body, file.endsWith('.json') ? 'json' : 'yaml', {
      validateExpression: (expression) => validateExpression(expression)?.message,
    });
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    for (const { line, column, message } of error.problems) {
      terminal.out([file, line, column].filter((part) => part !== undefined).join(':') + `: ${message}`);
    }
    if (error.problems.length === 0) terminal.out(`${file}: ${error.message}`);
    return 1;
  }
  // Not errors: the API takes the document.
  for (const warning of documentWarnings(document)) terminal.err(`${file}: ${warning}`);
  terminal.out(`${file}: valid`);
  return 0;
}
