/** A place in a text, counted from 1; columns count UTF-16 units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The place of an offset. Offsets beyond the text mean its end. */
export function positionOf(source: string, offset: number): Position {
  const before = source.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let i = before.indexOf('\n'); i >= 0; i = before.indexOf('\n', i + 1)) line++;
  return { line, column: before.length - lineStart + 1 };
}

/** Longer lines are cut around the column, so that the caret stays on a terminal. */
const SNIPPET_WIDTH = 100;

/** The line of a position with a caret under its column. Tabs before the caret are kept, so that the two line up. */
export function caretSnippet(source: string, { line, column }: Position): string {
  const text = source.split('\n')[line - 1] ?? '';
  const from = column > SNIPPET_WIDTH ? column - SNIPPET_WIDTH / 2 : 0;
  const shown = text.slice(from, from + SNIPPET_WIDTH).trimEnd();
  const indent = text.slice(from, column - 1).replace(/[^\t]/g, ' ');
  return `${shown}\n${indent}^`;
}
