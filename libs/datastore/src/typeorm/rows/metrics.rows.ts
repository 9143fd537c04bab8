import type { Statement } from '../sql/session';

export interface MetricsRow {
  jobs: string;
  tasks: string;
  nodes: string;
  cpu: number;
}

/** $1: nodes count that were heard of since. */
export const METRICS: Statement = {
  name: 'metrics',
  text: `SELECT
    (SELECT coalesce(sum(jobs), 0) FROM jobs_counts WHERE state = 'RUNNING') AS jobs,
    (SELECT count(*) FROM tasks t JOIN jobs_progress p ON p.id = t.job_id
      WHERE t.state = 'RUNNING' AND p.state = 'RUNNING') AS tasks,
    (SELECT count(*) FROM nodes WHERE last_heartbeat_at >= $1) AS nodes,
    (SELECT coalesce(avg(coalesce(cpu_percent, 0)), 0)::float8 FROM nodes WHERE last_heartbeat_at >= $1) AS cpu`,
};
