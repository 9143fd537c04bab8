import type { JobState } from '@tork/core';
import { STATE_LEXEMES, allOf } from './lexemes';
import type { Terms } from './terms';

/** One way in which a job can match: all of it must hold. */
export interface Alternative {
  /** All of these are in name and description. */
  lexemes: readonly string[];
  /** The job is in this state, and the word for it is not in name and description: alternatives have no job in common. */
  state?: { is: JobState; lexeme: string };
}

/** What a list is asked for, ready for SQL. */
export interface JobQuery {
  /** A job is listed that matches any of these; without any there is nothing to list. */
  alternatives: readonly Alternative[];
  /** Any of these; absent for all jobs. */
  tags?: readonly string[];
  /** The name or id of the user whose view it is; absent for everybody's. */
  user?: string;
}

/**
 * The words of a text may be in name and description, and one of them may be the job's state instead. That state is in
 * no text index, which would have to change whenever a job moves on; so a text that names states falls apart into
 * alternatives, each of which an index can find.
 */
export function jobQueryOf({ text, tags }: Terms, lexemes: readonly string[], user?: string): JobQuery {
  const isText = text !== '';
  const alternatives: Alternative[] = isText && lexemes.length === 0 ? [] : [{ lexemes }];
  for (const lexeme of lexemes) {
    const is = STATE_LEXEMES.get(lexeme);
    if (is) alternatives.push({ lexemes: lexemes.filter((other) => other !== lexeme), state: { is, lexeme } });
  }
  return { alternatives, tags, user };
}

/** Values of the parameters of a statement under construction. */
export class Parameters {
  readonly values: unknown[] = [];

  /** Adds a value and returns its placeholder. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** Jobs without permissions are everybody's; else one must name the user or one of his roles. */
export const visibleTo = (user: string): string => `(
  NOT j.restricted OR EXISTS (
    SELECT FROM jobs_perms m JOIN users u ON u.username = ${user} OR u.id = ${user}
    WHERE m.job_id = j.id AND (
      m.user_id = u.id OR m.role_id IN (SELECT ur.role_id FROM users_roles ur WHERE ur.user_id = u.id))))`;

/** What an alternative is looked for in: `jobs j` and, where the state matters, `jobs_progress p`. */
export const fromOf = ({ state }: Alternative): string =>
  state ? 'jobs_progress p JOIN jobs j ON j.id = p.id' : 'jobs j';

/** The conditions on what {@link fromOf} names. */
export function conditionsOf(
  { lexemes, state }: Alternative,
  { tags, user }: Pick<JobQuery, 'tags' | 'user'>,
  parameters: Parameters,
): string[] {
  const conditions: string[] = [];
  if (lexemes.length > 0) conditions.push(`j.search @@ ${parameters.add(allOf(lexemes))}::tsquery`);
  if (state) {
    conditions.push(`p.state = ${parameters.add(state.is)}`);
    conditions.push(`NOT j.search @@ ${parameters.add(allOf([state.lexeme]))}::tsquery`);
  }
  if (tags) conditions.push(`j.tags && ${parameters.add(tags)}::text[]`);
  if (user !== undefined) conditions.push(visibleTo(parameters.add(user)));
  return conditions;
}

export const whereOf = (conditions: readonly string[]): string =>
  conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
