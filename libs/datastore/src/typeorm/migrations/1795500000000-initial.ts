import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The schema. What changes during the life of a job is apart from what does not: `jobs` and its indexes (order of
 * lists, full text, tags) are written once, `jobs_progress` is the narrow row that every event locks and rewrites.
 *
 * There are no foreign keys between jobs, tasks and log parts: their check would lock the parent row once more for
 * every row written, and the one place that deletes parents ({@link Datastore.purge}) deletes the children with them.
 *
 * Ids are compared byte by byte (collation "C"), so that the order of locks is the same whatever the database's locale.
 */
export class Initial1795500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...USERS, ...JOBS, ...SCHEDULED_JOBS, ...TASKS, ...REST, ...SEED]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE outbox, nodes, tasks_log_parts, tasks, scheduled_jobs_perms, scheduled_jobs, jobs_counts, jobs_perms,
        jobs_progress, jobs, users_roles, roles, users`);
    await runner.query('DROP FUNCTION count_jobs');
  }
}

const ID = 'text COLLATE "C"';

const USERS = [
  `CREATE TABLE users (
    id ${ID} PRIMARY KEY,
    username text NOT NULL CONSTRAINT users_username_key UNIQUE,
    name text NOT NULL,
    password_hash text,
    disabled boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL
  )`,
  `CREATE TABLE roles (
    id ${ID} PRIMARY KEY,
    slug text NOT NULL CONSTRAINT roles_slug_key UNIQUE,
    name text NOT NULL,
    created_at timestamptz NOT NULL
  )`,
  `CREATE TABLE users_roles (
    user_id ${ID} NOT NULL REFERENCES users ON DELETE CASCADE,
    role_id ${ID} NOT NULL REFERENCES roles ON DELETE CASCADE,
    PRIMARY KEY (user_id, role_id)
  )`,
];

const JOBS = [
  `CREATE TABLE jobs (
    id ${ID} PRIMARY KEY,
    parent_id ${ID},
    name text NOT NULL,
    description text,
    tags text[],
    created_at timestamptz NOT NULL,
    created_by ${ID},
    task_count int NOT NULL,
    schedule_id ${ID},
    restricted boolean NOT NULL,
    inputs json,
    document json NOT NULL,
    search tsvector NOT NULL
  )`,
  // The order of lists; a page deep in the list is found without reading a row.
  'CREATE INDEX jobs_newest_idx ON jobs (created_at, id)',
  'CREATE INDEX jobs_search_idx ON jobs USING gin (search)',
  'CREATE INDEX jobs_tags_idx ON jobs USING gin (tags) WHERE tags IS NOT NULL',
  'CREATE INDEX jobs_schedule_idx ON jobs (schedule_id) WHERE schedule_id IS NOT NULL',
  // Room on each page for the next version of its rows: a job is rewritten some three times within seconds.
  `CREATE TABLE jobs_progress (
    id ${ID} PRIMARY KEY,
    created_at timestamptz NOT NULL,
    state text NOT NULL,
    position int NOT NULL,
    progress double precision,
    context json NOT NULL,
    started_at timestamptz,
    completed_at timestamptz,
    failed_at timestamptz,
    delete_at timestamptz,
    result text,
    error text
  ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05)`,
  'CREATE INDEX jobs_progress_state_idx ON jobs_progress (state, created_at, id)',
  'CREATE INDEX jobs_progress_delete_idx ON jobs_progress (delete_at) WHERE delete_at IS NOT NULL',
  `CREATE TABLE jobs_perms (
    job_id ${ID} NOT NULL,
    position int NOT NULL,
    user_id ${ID} REFERENCES users,
    role_id ${ID} REFERENCES roles,
    PRIMARY KEY (job_id, position),
    CONSTRAINT jobs_perms_user_or_role CHECK (num_nonnulls(user_id, role_id) = 1)
  )`,
  'CREATE INDEX jobs_perms_user_idx ON jobs_perms (user_id, job_id) WHERE user_id IS NOT NULL',
  'CREATE INDEX jobs_perms_role_idx ON jobs_perms (role_id, job_id) WHERE role_id IS NOT NULL',
  // How many jobs there are in each state. Each connection adds to a row of its own, or all would wait for one another.
  `CREATE TABLE jobs_counts (
    state text NOT NULL,
    slot int NOT NULL,
    jobs bigint NOT NULL,
    PRIMARY KEY (state, slot)
  ) WITH (fillfactor = 20, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0)`,
  `CREATE FUNCTION count_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'INSERT' THEN
      INSERT INTO jobs_counts AS c (state, slot, jobs)
      SELECT state, pg_backend_pid() % 64, count(*) FROM new_rows GROUP BY state ORDER BY state
      ON CONFLICT (state, slot) DO UPDATE SET jobs = c.jobs + excluded.jobs;
    ELSIF TG_OP = 'DELETE' THEN
      INSERT INTO jobs_counts AS c (state, slot, jobs)
      SELECT state, pg_backend_pid() % 64, -count(*) FROM old_rows GROUP BY state ORDER BY state
      ON CONFLICT (state, slot) DO UPDATE SET jobs = c.jobs + excluded.jobs;
    ELSE
      INSERT INTO jobs_counts AS c (state, slot, jobs)
      SELECT state, pg_backend_pid() % 64, sum(n)
      FROM (SELECT state, 1 AS n FROM new_rows UNION ALL SELECT state, -1 FROM old_rows) AS moved
      GROUP BY state HAVING sum(n) <> 0 ORDER BY state
      ON CONFLICT (state, slot) DO UPDATE SET jobs = c.jobs + excluded.jobs;
    END IF;
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER jobs_progress_insert AFTER INSERT ON jobs_progress
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_jobs()`,
  `CREATE TRIGGER jobs_progress_update AFTER UPDATE ON jobs_progress
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_jobs()`,
  `CREATE TRIGGER jobs_progress_delete AFTER DELETE ON jobs_progress
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_jobs()`,
];

const SCHEDULED_JOBS = [
  `CREATE TABLE scheduled_jobs (
    id ${ID} PRIMARY KEY,
    name text NOT NULL,
    description text,
    tags text[],
    cron text NOT NULL,
    state text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by ${ID},
    inputs json,
    document json NOT NULL,
    fired_at timestamptz
  )`,
  'CREATE INDEX scheduled_jobs_newest_idx ON scheduled_jobs (created_at, id)',
  `CREATE TABLE scheduled_jobs_perms (
    scheduled_job_id ${ID} NOT NULL REFERENCES scheduled_jobs ON DELETE CASCADE,
    position int NOT NULL,
    user_id ${ID} REFERENCES users,
    role_id ${ID} REFERENCES roles,
    PRIMARY KEY (scheduled_job_id, position),
    CONSTRAINT scheduled_jobs_perms_user_or_role CHECK (num_nonnulls(user_id, role_id) = 1)
  )`,
];

const TASKS = [
  `CREATE TABLE tasks (
    id ${ID} PRIMARY KEY,
    job_id ${ID} NOT NULL,
    parent_id ${ID},
    ordinal bigserial NOT NULL,
    position int NOT NULL,
    created_at timestamptz NOT NULL,
    document json NOT NULL,
    state text NOT NULL,
    attempt int NOT NULL,
    node_id text COLLATE "C",
    queue text COLLATE "C",
    priority int,
    limits json,
    timeout text,
    retry json,
    composite json,
    due_at timestamptz,
    scheduled_at timestamptz,
    started_at timestamptz,
    completed_at timestamptz,
    failed_at timestamptz,
    error text,
    result text,
    progress double precision,
    redelivered int
  ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05)`,
  'CREATE INDEX tasks_job_idx ON tasks (job_id)',
  // What the reconciler and the state machine look for among the tasks that are not over yet: few rows each.
  `CREATE INDEX tasks_created_idx ON tasks (parent_id, ordinal) WHERE state = 'CREATED'`,
  `CREATE INDEX tasks_pending_idx ON tasks (created_at) WHERE state = 'PENDING'`,
  `CREATE INDEX tasks_scheduled_idx ON tasks (queue, scheduled_at) WHERE state = 'SCHEDULED'`,
  `CREATE INDEX tasks_running_idx ON tasks (node_id) WHERE state = 'RUNNING'`,
  `CREATE TABLE tasks_log_parts (
    id ${ID} NOT NULL,
    task_id ${ID} NOT NULL,
    attempt int NOT NULL,
    sequence int NOT NULL,
    number int NOT NULL,
    contents text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (task_id, attempt, sequence)
  )`,
  'CREATE INDEX tasks_log_parts_number_idx ON tasks_log_parts (task_id, number)',
  'CREATE INDEX tasks_log_parts_age_idx ON tasks_log_parts (created_at)',
];

const REST = [
  `CREATE TABLE nodes (
    id ${ID} PRIMARY KEY,
    name text NOT NULL,
    started_at timestamptz NOT NULL,
    last_heartbeat_at timestamptz NOT NULL,
    cpu_percent double precision,
    queue text,
    status text NOT NULL,
    hostname text,
    port int,
    task_count int,
    version text NOT NULL,
    held text[]
  ) WITH (fillfactor = 50)`,
  // Nearly empty, but all messages pass through it: dead rows are cleaned up by their number, not by their share.
  `CREATE TABLE outbox (
    id bigserial PRIMARY KEY,
    queue text NOT NULL,
    priority int,
    not_before timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    body json NOT NULL
  ) WITH (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0)`,
];

const SEED = [
  `INSERT INTO users (id, username, name, disabled, created_at)
    VALUES (replace(gen_random_uuid()::text, '-', ''), 'guest', 'Guest', true, now())`,
  `INSERT INTO roles (id, slug, name, created_at)
    VALUES (replace(gen_random_uuid()::text, '-', ''), 'public', 'Public', now())`,
];
