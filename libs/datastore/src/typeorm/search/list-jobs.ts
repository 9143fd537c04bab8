import type { JobSummary, Page } from '@tork/core';
import type { PageRequest } from '../../datastore';
import type { JobSummaryRow } from '../rows/job.rows';
import { SUMMARY_COLUMNS, summaryOf } from '../rows/job.rows';
import type { Session, Statement } from '../sql/session';
import { isStorable } from '../sql/storable';
import { countJobs } from './count-jobs';
import type { JobQuery } from './job-query';
import { Parameters, conditionsOf, fromOf, jobQueryOf, visibleTo, whereOf } from './job-query';
import { lexemesOf } from './lexemes';
import { offsetOf, pageOf } from './page';
import { parseTerms } from './terms';

/** Newest first; `user` is the name or id of whoever asks. */
export async function listJobs(session: Session, request: PageRequest, user?: string): Promise<Page<JobSummary>> {
  const terms = parseTerms(request.q);
  const lexemes = terms.text === '' ? [] : await lexemesOf(session, terms.text);
  const query = jobQueryOf(terms, lexemes, user === undefined || isStorable(user) ? user : '');
  const [items, totalItems] = await Promise.all([pageItems(session, query, request), countJobs(session, query)]);
  return pageOf(items, request, totalItems);
}

const IS_VISIBLE: Statement = {
  name: 'is_visible',
  text: `SELECT FROM jobs j WHERE j.id = $1 AND ${visibleTo('$2')}`,
};

export async function isVisible(session: Session, jobId: string, user: string): Promise<boolean> {
  return (await session.query(IS_VISIBLE, [jobId, user])).length > 0;
}

/**
 * Finds the ids of the page first, as far as possible in the indexes alone, and then reads the rows of that page. Each
 * alternative finds its own newest; the page is among those.
 */
async function pageItems(session: Session, query: JobQuery, request: PageRequest): Promise<JobSummary[]> {
  if (query.alternatives.length === 0) return [];
  const parameters = new Parameters();
  const offset = parameters.add(offsetOf(request));
  const end = parameters.add(offsetOf(request) + request.size);
  const newest = query.alternatives.map((alternative) => {
    const row = alternative.state ? 'p' : 'j';
    const found = `FROM ${fromOf(alternative)} ${whereOf(conditionsOf(alternative, query, parameters))}`;
    return `(SELECT ${row}.id, ${row}.created_at ${found}
      ORDER BY ${row}.created_at DESC, ${row}.id DESC LIMIT ${end}::bigint)`;
  });
  const rows = await session.query<JobSummaryRow>(
    `SELECT ${SUMMARY_COLUMNS} FROM (
      SELECT id FROM (${newest.join(' UNION ALL ')}) AS found
      ORDER BY created_at DESC, id DESC LIMIT ${end}::bigint - ${offset}::bigint OFFSET ${offset}::bigint
    ) AS page JOIN jobs j ON j.id = page.id JOIN jobs_progress p ON p.id = page.id LEFT JOIN users u ON u.id = j.created_by
    ORDER BY j.created_at DESC, j.id DESC`,
    parameters.values,
  );
  return rows.map(summaryOf);
}
