import { anyOf } from '../sql/any-of';
import type { Session, Statement } from '../sql/session';

const PURGE_LOGS: Statement = {
  name: 'purge_logs',
  text: `WITH gone AS (
      DELETE FROM tasks_log_parts WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM tasks_log_parts WHERE created_at < $1 ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED))
      RETURNING 1)
    SELECT count(*) FROM gone`,
};

/** $1: jobs with a `deleteAt` before; $2: ended jobs created before. Locks what it returns. */
const PURGEABLE_JOBS: Statement = {
  name: 'purgeable_jobs',
  text: `SELECT id FROM jobs_progress WHERE id = ANY (ARRAY(
      (SELECT id FROM jobs_progress WHERE delete_at <= $1 ORDER BY delete_at LIMIT $3)
      UNION ALL (SELECT id FROM jobs_progress WHERE state = 'COMPLETED' AND created_at < $2 ORDER BY created_at LIMIT $3)
      UNION ALL (SELECT id FROM jobs_progress WHERE state = 'FAILED' AND created_at < $2 ORDER BY created_at LIMIT $3)
      UNION ALL (SELECT id FROM jobs_progress WHERE state = 'CANCELLED' AND created_at < $2 ORDER BY created_at LIMIT $3)
      LIMIT $3))
    ORDER BY id FOR UPDATE SKIP LOCKED`,
};

const DELETE_JOBS: Statement = {
  name: 'delete_jobs',
  text: `WITH gone_tasks AS (DELETE FROM tasks WHERE job_id = ${anyOf('$1', 'text')} RETURNING id),
      gone_logs AS (DELETE FROM tasks_log_parts WHERE task_id IN (SELECT id FROM gone_tasks)),
      gone_perms AS (DELETE FROM jobs_perms WHERE job_id = ${anyOf('$1', 'text')}),
      gone_lanes AS (DELETE FROM webhooks_lanes WHERE job_id = ${anyOf('$1', 'text')} RETURNING id),
      gone_deliveries AS (DELETE FROM webhooks_deliveries WHERE lane_id IN (SELECT id FROM gone_lanes)),
      gone_progress AS (DELETE FROM jobs_progress WHERE id = ${anyOf('$1', 'text')})
    DELETE FROM jobs WHERE id = ${anyOf('$1', 'text')}`,
};

const PURGE_NODES: Statement = {
  name: 'purge_nodes',
  text: `WITH gone AS (DELETE FROM nodes WHERE last_heartbeat_at < $1 RETURNING 1) SELECT count(*) FROM gone`,
};

export interface PurgeOptions {
  now: Date;
  /** Log parts created before go. */
  logsBefore: Date;
  /** Ended jobs created before go, besides those whose `deleteAt` has passed. */
  jobsBefore: Date;
  /** Nodes not heard of since go. */
  nodesBefore: Date;
  /** Most log parts, and most jobs, of one call. */
  limit: number;
}

export interface Purged {
  logs: number;
  jobs: number;
  nodes: number;
}

/** Rows that others hold are left for another time: several processes may purge at once. */
export async function purge(session: Session, options: PurgeOptions): Promise<Purged> {
  const { now, logsBefore, jobsBefore, nodesBefore, limit } = options;
  const [logs, nodes, jobs] = await Promise.all([
    session.query<{ count: string }>(PURGE_LOGS, [logsBefore, limit]),
    session.query<{ count: string }>(PURGE_NODES, [nodesBefore]),
    session.query<{ id: string }>(PURGEABLE_JOBS, [now, jobsBefore, limit]),
  ]);
  if (jobs.length > 0) await session.query(DELETE_JOBS, [jobs.map(({ id }) => id)]);
  return { logs: Number(logs[0]?.count ?? 0), jobs: jobs.length, nodes: Number(nodes[0]?.count ?? 0) };
}
