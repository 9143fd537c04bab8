import type { JobSummary, Page } from '@tork/core';
import type { PageRequest } from '../../datastore';
import type { JobSummaryRow } from '../rows/job.rows';
import { SUMMARY_COLUMNS, summaryOf } from '../rows/job.rows';
import type { Session } from '../sql/session';
import { STATE_LEXEMES, allOf, lexemesOf } from './lexemes';
import { offsetOf, pageOf } from './page';
import { parseTerms } from './terms';

/** Conditions on `jobs j` and `jobs_progress p`, with the values of their parameters. */
class Filter {
  readonly conditions: string[] = [];
  readonly values: unknown[] = [];
  /** Some condition is about jobs_progress. */
  usesProgress = false;

  /** Adds a value, and returns its placeholder. */
  bind(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  get where(): string {
    return this.conditions.length > 0 ? `WHERE ${this.conditions.join(' AND ')}` : '';
  }
}

/** Newest first; `user` is the name or id of whoever asks. */
export async function listJobs(session: Session, request: PageRequest, user?: string): Promise<Page<JobSummary>> {
  const filter = await filterOf(session, request, user);
  if (!filter) return pageOf([], request, 0);
  const [items, totalItems] = await Promise.all([pageItems(session, filter, request), count(session, filter)]);
  return pageOf(items, request, totalItems);
}

/** Undefined if nothing can match. */
async function filterOf(session: Session, { q }: PageRequest, user?: string): Promise<Filter | undefined> {
  const { text, tags } = parseTerms(q);
  const filter = new Filter();
  if (tags) filter.conditions.push(`j.tags && ${filter.bind(tags)}::text[]`);
  if (text !== '') {
    const lexemes = await lexemesOf(session, text);
    if (lexemes.length === 0) return undefined;
    addText(filter, lexemes);
  }
  if (user !== undefined) addVisibility(filter, user);
  return filter;
}

/** A word is in name or description, or it is the state. */
function addText(filter: Filter, lexemes: readonly string[]): void {
  const words = lexemes.filter((lexeme) => !STATE_LEXEMES.has(lexeme));
  if (words.length > 0) filter.conditions.push(`j.search @@ ${filter.bind(allOf(words))}::tsquery`);
  for (const lexeme of lexemes) {
    const state = STATE_LEXEMES.get(lexeme);
    if (!state) continue;
    filter.conditions.push(`(p.state = ${filter.bind(state)} OR j.search @@ ${filter.bind(allOf([lexeme]))}::tsquery)`);
    filter.usesProgress = true;
  }
}

/** Jobs without permissions are everybody's; else one must name the user or one of his roles. */
export const visibleTo = (user: string): string => `(
  NOT j.restricted OR EXISTS (
    SELECT FROM jobs_perms m JOIN users u ON u.username = ${user} OR u.id = ${user}
    WHERE m.job_id = j.id AND (
      m.user_id = u.id OR m.role_id IN (SELECT ur.role_id FROM users_roles ur WHERE ur.user_id = u.id))))`;

function addVisibility(filter: Filter, user: string): void {
  filter.conditions.push(visibleTo(filter.bind(user)));
}

const fromOf = ({ usesProgress }: Filter): string =>
  usesProgress ? 'jobs j JOIN jobs_progress p ON p.id = j.id' : 'jobs j';

/** Finds the page in the index first, and reads the rows of that page alone. */
async function pageItems(session: Session, filter: Filter, request: PageRequest): Promise<JobSummary[]> {
  const values = [...filter.values, request.size, offsetOf(request)];
  const rows = await session.query<JobSummaryRow>(
    `SELECT ${SUMMARY_COLUMNS} FROM (
      SELECT j.id, j.created_at FROM ${fromOf(filter)} ${filter.where}
      ORDER BY j.created_at DESC, j.id DESC LIMIT $${values.length - 1} OFFSET $${values.length}
    ) AS page JOIN jobs j ON j.id = page.id JOIN jobs_progress p ON p.id = page.id LEFT JOIN users u ON u.id = j.created_by
    ORDER BY j.created_at DESC, j.id DESC`,
    values,
  );
  return rows.map(summaryOf);
}

async function count(session: Session, filter: Filter): Promise<number> {
  const [row] = await session.query<{ n: string }>(
    filter.conditions.length === 0
      ? 'SELECT coalesce(sum(jobs), 0) AS n FROM jobs_counts'
      : `SELECT count(*) AS n FROM ${fromOf(filter)} ${filter.where}`,
    filter.values,
  );
  return Number(row?.n ?? 0);
}
