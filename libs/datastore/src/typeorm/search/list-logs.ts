import type { Page, TaskLogPart } from '@tork/core';
import type { PageRequest } from '../../datastore';
import { PART_COLUMNS } from '../rows/log.rows';
import type { Session } from '../sql/session';
import { isStorable } from '../sql/storable';
import { allOf, lexemesOf } from './lexemes';
import { offsetOf, pageOf } from './page';
import { parseTerms } from './terms';

/** Whose log: the parts `l` of one task, or of the tasks `t` of a job; newest first. */
interface Scope {
  from: string;
  where: string;
  order: string;
}

const OF_TASK: Scope = {
  from: 'tasks_log_parts l',
  where: 'l.task_id = $1',
  order: 'l.number DESC, l.created_at DESC, l.id DESC',
};

const OF_JOB: Scope = {
  from: 'tasks t JOIN tasks_log_parts l ON l.task_id = t.id',
  where: 't.job_id = $1',
  order: `t.position DESC, t.created_at DESC, l.number DESC, l.created_at DESC, l.id DESC`,
};

export const listTaskLog = (session: Session, taskId: string, request: PageRequest): Promise<Page<TaskLogPart>> =>
  listLog(session, OF_TASK, taskId, request);

export const listJobLog = (session: Session, jobId: string, request: PageRequest): Promise<Page<TaskLogPart>> =>
  listLog(session, OF_JOB, jobId, request);

/**
 * The parts of a log are found by their task and then searched as they are read: there is no full-text index, which
 * would cost more on every line of output that is stored than a search in the log of one job takes.
 */
async function listLog(session: Session, scope: Scope, id: string, request: PageRequest): Promise<Page<TaskLogPart>> {
  if (!isStorable(id)) return pageOf([], request, 0);
  const { text } = parseTerms(request.q);
  const values: unknown[] = [id];
  let where = scope.where;
  if (text !== '') {
    const lexemes = await lexemesOf(session, text);
    if (lexemes.length === 0) return pageOf([], request, 0);
    where += ` AND to_tsvector('english', left(l.contents, 100000)) @@ $2::tsquery`;
    values.push(allOf(lexemes));
  }
  const from = `FROM ${scope.from} WHERE ${where}`;
  const page = `LIMIT $${values.length + 1} OFFSET $${values.length + 2}`;
  const [items, [count]] = await Promise.all([
    session.query<TaskLogPart>(`SELECT ${PART_COLUMNS} ${from} ORDER BY ${scope.order} ${page}`, [
      ...values,
      request.size,
      offsetOf(request),
    ]),
    session.query<{ n: string }>(`SELECT count(*) AS n ${from}`, values),
  ]);
  return pageOf(items, request, Number(count?.n ?? 0));
}
