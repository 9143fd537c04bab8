import type { Statement } from '../sql/session';
import { REF_COLUMNS } from './task.rows';

export const FORGOTTEN_JOBS: Statement = {
  name: 'forgotten_jobs',
  text: `SELECT p.id FROM jobs_progress p
    WHERE p.state = 'PENDING' AND p.created_at < $1
      AND NOT EXISTS (SELECT FROM outbox o WHERE o.queue = 'jobs' AND o.body ->> 'jobId' = p.id)
    ORDER BY p.created_at, p.id LIMIT $2`,
};

export const FORGOTTEN_TASKS: Statement = {
  name: 'forgotten_tasks',
  text: `SELECT ${REF_COLUMNS} FROM tasks t
    WHERE t.state = 'PENDING' AND t.created_at < $1 AND (t.due_at IS NULL OR t.due_at < $1)
    ORDER BY t.created_at LIMIT $2`,
};

/** Goes from queue to queue through the index: as many steps as there are queues, however many tasks wait. */
export const WAITING_QUEUES: Statement = {
  name: 'waiting_queues',
  text: `WITH RECURSIVE queues AS (
      (SELECT t.queue FROM tasks t WHERE t.state = 'SCHEDULED' ORDER BY t.queue LIMIT 1)
      UNION ALL
      SELECT (SELECT t.queue FROM tasks t WHERE t.state = 'SCHEDULED' AND t.queue > q.queue ORDER BY t.queue LIMIT 1)
      FROM queues q WHERE q.queue IS NOT NULL
    )
    SELECT q.queue FROM queues q
    WHERE EXISTS (SELECT FROM tasks t WHERE t.state = 'SCHEDULED' AND t.queue = q.queue AND t.scheduled_at < $1)`,
};

/** Whose message is still on its way to one of the queues $1. Read once, as a set: the outbox has no index for it. */
const UNPUBLISHED = `SELECT coalesce(o.body ->> 'id', '') FROM outbox o WHERE o.queue = ANY ($1::text[])`;

export const WAITING_TASKS: Statement = {
  name: 'waiting_tasks',
  text: `SELECT ${REF_COLUMNS} FROM unnest($1::text[]) AS q (name) CROSS JOIN LATERAL (
      SELECT * FROM tasks
      WHERE state = 'SCHEDULED' AND queue = q.name AND scheduled_at < $2 AND id NOT IN (${UNPUBLISHED})
      ORDER BY scheduled_at LIMIT $3
    ) t ORDER BY t.scheduled_at, t.id LIMIT $3`,
};

/** The latest hand-out among the RUNNING tasks of a queue, for each priority; they are few. $4: by how much, in milliseconds. */
export const OVERTAKEN_TASKS: Statement = {
  name: 'overtaken_tasks',
  text: `WITH latest AS MATERIALIZED (
      SELECT queue, coalesce(priority, 0) AS priority, max(scheduled_at) AS scheduled_at FROM tasks
      WHERE state = 'RUNNING' AND queue = ANY ($1::text[]) GROUP BY 1, 2
    )
    SELECT DISTINCT ON (t.scheduled_at, t.id) ${REF_COLUMNS} FROM latest l CROSS JOIN LATERAL (
      SELECT * FROM tasks
      WHERE state = 'SCHEDULED' AND queue = l.queue AND coalesce(priority, 0) >= l.priority
        AND scheduled_at < least($2, l.scheduled_at - $4 * interval '1 millisecond') AND id NOT IN (${UNPUBLISHED})
      ORDER BY scheduled_at LIMIT $3
    ) t ORDER BY t.scheduled_at, t.id LIMIT $3`,
};

export const ABANDONED_TASKS: Statement = {
  name: 'abandoned_tasks',
  text: `SELECT ${REF_COLUMNS} FROM tasks t LEFT JOIN nodes n ON n.id = t.node_id
    WHERE t.state = 'RUNNING' AND t.node_id IS NOT NULL AND (n.id IS NULL OR n.last_heartbeat_at < $1)
    ORDER BY t.started_at, t.id LIMIT $2`,
};

/** $2: how long after the start the heartbeat must have come, in milliseconds. */
export const DROPPED_TASKS: Statement = {
  name: 'dropped_tasks',
  text: `SELECT ${REF_COLUMNS} FROM tasks t JOIN nodes n ON n.id = t.node_id
    WHERE t.state = 'RUNNING' AND t.node_id IS NOT NULL AND t.started_at < $1
      AND n.last_heartbeat_at >= t.started_at + $2 * interval '1 millisecond'
      AND NOT (t.id || '/' || t.attempt) = ANY (coalesce(n.held, '{}'))
    ORDER BY t.started_at, t.id LIMIT $3`,
};
