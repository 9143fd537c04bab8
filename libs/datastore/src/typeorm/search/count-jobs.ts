import type { Session } from '../sql/session';
import type { Alternative, JobQuery } from './job-query';
import { Parameters, conditionsOf, fromOf, visibleTo, whereOf } from './job-query';
import { allOf } from './lexemes';

/**
 * How many jobs a query lists, exactly. Lists that nobody searches, and searches for a state alone, are counted by the
 * sums that the database keeps, however many jobs there are; else by what the indexes find, some 0.5 µs a job found by
 * words or tags, and 3 µs where its state is asked for too. A user's view costs some 5 µs for each restricted job.
 */
export async function countJobs(session: Session, query: JobQuery): Promise<number> {
  const { tags, user } = query;
  const counts = await Promise.all(
    query.alternatives.map(async (alternative) => {
      const isSearched = alternative.lexemes.length > 0 || alternative.state !== undefined || tags !== undefined;
      if (!isSearched) return countAll(session, user);
      const [all, hidden] = await Promise.all([
        countFound(session, alternative, tags),
        user === undefined ? 0 : countHidden(session, alternative, { tags, user }),
      ]);
      return all - hidden;
    }),
  );
  return counts.reduce((sum, n) => sum + n, 0);
}

/** All jobs that a user may see: those that are not restricted, and those that are but not for him. */
function countAll(session: Session, user?: string): Promise<number> {
  const all = 'SELECT coalesce(sum(jobs), 0) FROM jobs_counts';
  if (user === undefined) return count(session, `SELECT (${all}) AS n`);
  // Each restricted job has exactly one first permission.
  const restricted = 'SELECT count(*) FROM jobs_perms WHERE position = 0';
  const visible = `
    SELECT count(*) FROM (
      SELECT m.job_id FROM jobs_perms m JOIN users u ON u.username = $1 OR u.id = $1 WHERE m.user_id = u.id
      UNION
      SELECT m.job_id FROM jobs_perms m JOIN users_roles ur ON ur.role_id = m.role_id
        JOIN users u ON u.id = ur.user_id AND (u.username = $1 OR u.id = $1)
    ) AS his`;
  return count(session, `SELECT (${all}) - (${restricted}) + (${visible}) AS n`, [user]);
}

/** What an alternative finds for everybody. */
function countFound(session: Session, alternative: Alternative, tags?: readonly string[]): Promise<number> {
  const { lexemes, state } = alternative;
  if (state && lexemes.length === 0 && !tags) return countState(session, state);
  const parameters = new Parameters();
  const found = `FROM ${fromOf(alternative)} ${whereOf(conditionsOf(alternative, { tags }, parameters))}`;
  return count(session, `SELECT count(*) AS n ${found}`, parameters.values);
}

/** All jobs in a state, but those that have the word for it in their text. */
function countState(session: Session, { is, lexeme }: NonNullable<Alternative['state']>): Promise<number> {
  return count(
    session,
    `SELECT (SELECT coalesce(sum(jobs), 0) FROM jobs_counts WHERE state = $1)
      - (SELECT count(*) FROM jobs j JOIN jobs_progress p ON p.id = j.id
         WHERE j.search @@ $2::tsquery AND p.state = $1) AS n`,
    [is, allOf([lexeme])],
  );
}

/** What an alternative finds, but not for this user. */
function countHidden(
  session: Session,
  alternative: Alternative,
  { tags, user }: { tags?: readonly string[]; user: string },
): Promise<number> {
  const parameters = new Parameters();
  const conditions = [
    'm.position = 0',
    ...conditionsOf(alternative, { tags }, parameters),
    `NOT ${visibleTo(parameters.add(user))}`,
  ];
  const from = `${fromOf(alternative)} JOIN jobs_perms m ON m.job_id = j.id`;
  return count(session, `SELECT count(*) AS n FROM ${from} ${whereOf(conditions)}`, parameters.values);
}

async function count(session: Session, sql: string, values?: unknown[]): Promise<number> {
  const [row] = await session.query<{ n: string }>(sql, values);
  return Number(row?.n ?? 0);
}
