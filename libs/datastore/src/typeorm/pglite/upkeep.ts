import type { Connections } from '../connections';

/** Write-ahead log beyond this is written back and dropped: what a start after a crash has to replay. */
const MAX_LOG_BYTES = 64 * 1024 * 1024;
/** Transaction numbers come round after two thousand million; rows older than this are marked as old for good. */
const MAX_AGE = 150_000_000;

/** Tables in which so many rows have died, or changed since they were last looked at, as would bring autovacuum along. */
const UNTIDY = `SELECT relname FROM pg_stat_user_tables
  WHERE n_dead_tup > 1000 + 0.1 * n_live_tup OR n_mod_since_analyze > 1000 + 0.2 * n_live_tup`;

const LIMITS = `SELECT
  pg_current_wal_insert_lsn() - (SELECT redo_lsn FROM pg_control_checkpoint()) > ${MAX_LOG_BYTES} AS "isLogLong",
  (SELECT age(datfrozenxid) > ${MAX_AGE} FROM pg_database WHERE datname = current_database()) AS "isOld"`;

/**
 * What a server has processes for: it clears away dead rows and drops the log that is no longer needed. Embedded there
 * is nobody else to do it. One step at a time, so that others have their turns in between.
 */
export async function upkeep(connections: Pick<Connections, 'use'>): Promise<void> {
  const query = <Row extends object>(sql: string) => connections.use((session) => session.query<Row>(sql));
  for (const { relname } of await query<{ relname: string }>(UNTIDY)) await query(`VACUUM (ANALYZE) ${relname}`);
  const [limits] = await query<{ isLogLong: boolean; isOld: boolean }>(LIMITS);
  if (limits?.isOld) await query('VACUUM (FREEZE)');
  if (limits?.isLogLong) await query('CHECKPOINT');
}
