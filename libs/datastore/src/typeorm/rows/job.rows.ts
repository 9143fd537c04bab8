import type { Job, JobSummary, Permission } from '@tork/core';
import type { JobProgress } from '../../datastore';
import { JobEntity, JobPermissionEntity, JobProgressEntity } from '../entities';
import type { StoredJobDocument } from '../entities';
import { copyPresent } from '../sql/present';
import { anyOf } from '../sql/any-of';
import type { Statement } from '../sql/session';
import { Table } from '../sql/table';
import { CREATOR_FIELDS, creatorColumns, creatorOf, roleJson, roleOf, userJson, userOf } from './user.rows';
import type { CreatorRow, RoleRow, UserRow } from './user.rows';

const jobs = new Table(JobEntity);
const progress = new Table(JobProgressEntity);
const permissions = new Table(JobPermissionEntity);

/** What is searched: long texts up to a length whose words are sure to fit an index entry. */
const SEARCHED = `to_tsvector('english', left(i.name || ' ' || coalesce(i.description, ''), 100000))`;

/** CTEs that insert the jobs of a JSON parameter, see {@link newJobRow}. */
export const insertJobs = (parameter: string): string[] => [
  `new_jobs AS MATERIALIZED (
    SELECT i.*, ${SEARCHED} AS search
    FROM json_to_recordset(${parameter}::json) AS i (${jobs.record(['search'])}, ${progress.record(['id', 'createdAt'])}))`,
  `inserted_jobs AS (${jobs.insertFrom('new_jobs')})`,
  `inserted_progress AS (${progress.insertFrom('new_jobs')})`,
];

export const insertPermissions = (parameter: string): string[] => [
  `inserted_permissions AS (${permissions.insertJson(parameter)})`,
];

/** Rewrites what a job says, and with it what it is found by. */
export const updateDocuments = (parameter: string): string[] => [
  `updated_documents AS (${jobs.updateJsonOf(parameter, ['name', 'description', 'tags', 'taskCount', 'inputs', 'document'], { search: SEARCHED })})`,
];

export const updateJobs = (parameter: string): string[] => [`updated_jobs AS (${progress.updateJson(parameter)})`];

/** As `jsonb`: nothing in it is sealed, whatever a user is called. */
const PERMISSIONS = `CASE WHEN j.restricted THEN (
  SELECT jsonb_agg(jsonb_build_object('user', ${userJson('pu')}, 'role', ${roleJson('pr')}) ORDER BY m.position)
  FROM jobs_perms m LEFT JOIN users pu ON pu.id = m.user_id LEFT JOIN roles pr ON pr.id = m.role_id
  WHERE m.job_id = j.id) END`;

const SELECT_JOB = `
  SELECT ${jobs.select('j', ['id', 'parentId', 'name', 'description', 'tags', 'createdAt', 'taskCount', 'scheduleId', 'inputs', 'document'])},
    ${progress.select('p', ['state', 'position', 'progress', 'context', 'startedAt', 'completedAt', 'failedAt', 'deleteAt', 'result', 'error'])},
    ${creatorColumns('u')}, ${PERMISSIONS} AS permissions
  FROM jobs_progress p JOIN jobs j ON j.id = p.id LEFT JOIN users u ON u.id = j.created_by`;

export const LOCK_JOBS: Statement = {
  name: 'lock_jobs',
  text: `${SELECT_JOB} WHERE p.id = ${anyOf('$1', 'text')} ORDER BY p.id FOR NO KEY UPDATE OF p`,
};

export const GET_JOB: Statement = { name: 'get_job', text: `${SELECT_JOB} WHERE p.id = $1` };

export const GET_JOB_STATE: Statement = {
  name: 'get_job_state',
  text: 'SELECT state FROM jobs_progress WHERE id = $1',
};

/**
 * What `secretsOf` has to see of jobs: their secrets, those of their contexts, and those in the definitions of sub-jobs.
 * Of a job without secrets it is nothing; that no document is parsed to find out keeps lists of such jobs cheap.
 */
export const GET_SECRETS: Statement = {
  name: 'get_secrets',
  text: `SELECT j.id, CASE WHEN j.document::text LIKE '%"secrets"%' OR p.context::text LIKE '%"secrets"%' THEN
      json_build_object('secrets', j.document -> 'secrets',
        'context', json_build_object('secrets', p.context -> 'secrets'),
        'subjob', CASE WHEN j.document::text LIKE '%"subjob"%' THEN (
          SELECT json_agg(json_build_object('secrets', s))
          FROM jsonb_path_query(j.document::jsonb, 'strict $.tasks.**.secrets') s) END) END AS secrets
    FROM jobs j JOIN jobs_progress p ON p.id = j.id WHERE j.id = ${anyOf('$1', 'text')}`,
};

/** The columns of a {@link JobSummaryRow}, for the aliases `j` (jobs), `p` (jobs_progress) and `u` (users). */
export const SUMMARY_COLUMNS = `
  ${jobs.select('j', ['id', 'parentId', 'name', 'description', 'tags', 'createdAt', 'taskCount', 'scheduleId', 'inputs'])},
  ${progress.select('p', ['state', 'position', 'progress', 'startedAt', 'completedAt', 'failedAt', 'result', 'error'])},
  ${creatorColumns('u')}`;

export type JobSummaryRow = Omit<JobEntity, 'createdBy' | 'restricted' | 'document' | 'search'> &
  Omit<JobProgressEntity, 'id' | 'createdAt' | 'context' | 'deleteAt'> &
  CreatorRow;

export interface JobRow
  extends JobSummaryRow, Pick<JobEntity, 'document'>, Pick<JobProgressEntity, 'context' | 'deleteAt'> {
  permissions: { user: UserRow | null; role: RoleRow | null }[] | null;
}

/** Columns that are part of a field. */
const COMPOSED: ReadonlySet<string> = new Set([...['document', 'permissions', 'scheduleId'], ...CREATOR_FIELDS]);

/** The document, which was parsed for this row alone, becomes the job. */
export function jobOf(row: JobRow): Job {
  const job = withSummary(row.document as StoredJobDocument & Job, row);
  if (row.permissions) job.permissions = row.permissions.map(permissionOf);
  return job;
}

export const summaryOf = (row: JobSummaryRow): JobSummary => withSummary({} as JobSummary, row);

function withSummary<T extends JobSummary>(job: T, row: JobSummaryRow): T {
  copyPresent(row, job, COMPOSED);
  if (row.scheduleId !== null) job.schedule = { id: row.scheduleId };
  const creator = creatorOf(row);
  if (creator) job.createdBy = creator;
  return job;
}

const permissionOf = ({ user, role }: { user: UserRow | null; role: RoleRow | null }): Permission => ({
  ...(user && { user: userOf(user) }),
  ...(role && { role: roleOf(role) }),
});

/** What {@link insertJobs} reads. */
export const newJobRow = (job: Job) =>
  Object.assign(progressRow(job), {
    parentId: job.parentId,
    name: job.name,
    description: job.description,
    tags: job.tags,
    createdAt: job.createdAt,
    createdBy: job.createdBy?.id,
    taskCount: job.taskCount,
    scheduleId: job.schedule?.id,
    restricted: (job.permissions?.length ?? 0) > 0,
    inputs: job.inputs,
    document: storedDocument(job),
  });

/** What {@link updateDocuments} reads. */
export const documentRow = (job: Job) => ({
  id: job.id,
  name: job.name,
  description: job.description,
  tags: job.tags,
  taskCount: job.taskCount,
  inputs: job.inputs,
  document: storedDocument(job),
});

const storedDocument = (job: Job): StoredJobDocument => ({
  tasks: job.tasks,
  secrets: job.secrets,
  output: job.output,
  defaults: job.defaults,
  webhooks: job.webhooks,
  autoDelete: job.autoDelete,
});

/** What {@link updateJobs} reads. */
export const progressRow = (job: JobProgress) => ({
  id: job.id,
  state: job.state,
  position: job.position,
  progress: job.progress,
  context: job.context,
  startedAt: job.startedAt,
  completedAt: job.completedAt,
  failedAt: job.failedAt,
  deleteAt: job.deleteAt,
  result: job.result,
  error: job.error,
});

/** What {@link insertPermissions} reads. */
export const permissionRows = (job: Job) =>
  (job.permissions ?? []).map(({ user, role }, position) => ({
    jobId: job.id,
    position,
    userId: user?.id,
    roleId: role?.id,
  }));
