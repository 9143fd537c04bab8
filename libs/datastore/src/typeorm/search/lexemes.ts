import type { JobState } from '@tork/core';
import type { Session, Statement } from '../sql/session';

const LEXEMES: Statement = {
  name: 'lexemes',
  text: `SELECT tsvector_to_array(to_tsvector('english', left($1, 100000))) AS lexemes`,
};

/**
 * The stems of the words of a text, as the index has them; none for stop words and signs. Taken from a text instead of
 * parsed as a query, so that no input is a syntax error: `"bold"`, `!odd` and `odd|even` are just their words.
 */
export async function lexemesOf(session: Session, text: string): Promise<string[]> {
  const [row] = await session.query<{ lexemes: string[] }>(LEXEMES, [text]);
  return row?.lexemes ?? [];
}

/** A tsquery for documents with all of these lexemes. */
export const allOf = (lexemes: readonly string[]): string =>
  lexemes.map((lexeme) => `'${lexeme.replace(/['\\]/g, '$&$&')}'`).join(' & ');

/** The stem of each state's name. The state is not in the index, which would have to change with it. */
export const STATE_LEXEMES: ReadonlyMap<string, JobState> = new Map([
  ['pend', 'PENDING'],
  ['schedul', 'SCHEDULED'],
  ['run', 'RUNNING'],
  ['complet', 'COMPLETED'],
  ['fail', 'FAILED'],
  ['cancel', 'CANCELLED'],
]);
