import type { DataSource } from 'typeorm';
import { MigrationExecutor } from 'typeorm';
import { lockKey } from './typeorm.transaction';

const LOCK = lockKey('tork.migrations');

/**
 * Runs what has not run yet and returns its names. Processes that start together take turns: all but the first find
 * nothing left to do.
 */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    // Others may take long, and so may the migrations.
    await runner.query('SET statement_timeout = 0');
    await runner.query('SELECT pg_advisory_lock($1::bigint)', [LOCK]);
    try {
      const ran = await new MigrationExecutor(dataSource, runner).executePendingMigrations();
      return ran.map(({ name }) => name);
    } finally {
      await runner.query('SELECT pg_advisory_unlock($1::bigint)', [LOCK]);
      await runner.query('RESET statement_timeout');
    }
  } finally {
    await runner.release();
  }
}
