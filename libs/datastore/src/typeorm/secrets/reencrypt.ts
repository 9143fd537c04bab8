import type { Connections } from '../connections';
import { anyOf } from '../sql/any-of';
import type { Session } from '../sql/session';

/** Sealed columns of a table, and the key that its rows are found by. */
interface SealedTable {
  readonly name: string;
  readonly key: { readonly name: string; readonly type: 'text' | 'bigint' };
  readonly columns: Readonly<Record<string, 'json' | 'text'>>;
}

const ID = { name: 'id', type: 'text' } as const;

const JOBS: SealedTable = { name: 'jobs', key: ID, columns: { inputs: 'json', document: 'json' } };
const PROGRESS: SealedTable = {
  name: 'jobs_progress',
  key: ID,
  columns: { context: 'json', result: 'text', error: 'text' },
};
const TASKS: SealedTable = { name: 'tasks', key: ID, columns: { document: 'json', result: 'text', error: 'text' } };

/** Tables whose rows belong to no lock of a job. */
const OTHERS: readonly SealedTable[] = [
  { name: 'scheduled_jobs', key: ID, columns: { inputs: 'json', document: 'json' } },
  { name: 'outbox', key: { name: 'id', type: 'bigint' }, columns: { body: 'json' } },
  { name: 'webhooks_deliveries', key: { name: 'ordinal', type: 'bigint' }, columns: { request: 'json' } },
];

const JOBS_AT_A_TIME = 50;
const ROWS_AT_A_TIME = 200;

/**
 * Writes all that is sealed anew, with the present key, or plain if there is none. May run beside everything else: jobs
 * are locked as for an event, a few at a time. Resolves with the number of rows. Rejects when a row needs a key that is
 * not configured; what was done by then stays, and it may be run again.
 */
export async function reencrypt(connections: Connections): Promise<number> {
  let rows = 0;
  for (let after: string | undefined = ''; after !== undefined;) {
    const from: string = after;
    const done = await connections.transaction((session) => reencryptJobs(session, from));
    rows += done.rows;
    after = done.last;
  }
  for (const table of OTHERS) {
    for (let after: string | undefined = table.key.type === 'bigint' ? '0' : ''; after !== undefined;) {
      const from: string = after;
      const done = await connections.transaction((session) => reencryptNext(session, table, from));
      rows += done.rows;
      after = done.last;
    }
  }
  return rows;
}

interface Done {
  rows: number;
  /** Where to go on; undefined at the end. */
  last: string | undefined;
}

async function reencryptJobs(session: Session, after: string): Promise<Done> {
  const locked = await session.query<{ id: string }>(
    'SELECT id FROM jobs_progress WHERE id > $1 ORDER BY id LIMIT $2 FOR NO KEY UPDATE',
    [after, JOBS_AT_A_TIME],
  );
  const ids = locked.map(({ id }) => id);
  let rows = 0;
  for (const [table, column] of [[JOBS, 'id'] as const, [PROGRESS, 'id'] as const, [TASKS, 'job_id'] as const]) {
    rows += await rewrite(session, table, `WHERE ${column} = ${anyOf('$1', 'text')}`, [ids]);
  }
  return { rows, last: ids.at(-1) };
}

/** Rows that somebody else holds are left to him: messages and deliveries are about to go. */
async function reencryptNext(session: Session, table: SealedTable, after: string): Promise<Done> {
  const { key, name } = table;
  const taken = await session.query<{ key: string }>(
    `SELECT ${key.name} AS key FROM ${name} WHERE ${key.name} > $1::${key.type}
      ORDER BY ${key.name} LIMIT $2 FOR UPDATE SKIP LOCKED`,
    [after, ROWS_AT_A_TIME],
  );
  const keys = taken.map((row) => row.key);
  const rows = await rewrite(session, table, `WHERE ${key.name} = ${anyOf('$1', key.type)}`, [keys]);
  return { rows, last: keys.at(-1) };
}

async function rewrite(session: Session, table: SealedTable, where: string, values: unknown[]): Promise<number> {
  const { key, name } = table;
  const columns = Object.keys(table.columns);
  const rows = await session.query<object>(`SELECT ${[key.name, ...columns].join(', ')} FROM ${name} ${where}`, values);
  if (rows.length === 0) return 0;
  const record = [[key.name, key.type], ...Object.entries(table.columns)].map((column) => column.join(' ')).join(', ');
  await session.query(
    `UPDATE ${name} AS t SET ${columns.map((column) => `${column} = i.${column}`).join(', ')}
      FROM json_to_recordset($1::json) AS i (${record}) WHERE t.${key.name} = i.${key.name}`,
    [session.encode(rows)],
  );
  return rows.length;
}
