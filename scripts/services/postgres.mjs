import { readdirSync } from 'node:fs';
import pg from 'pg';
import { run } from './debian.mjs';
import { isLeftover, isLocal } from './leftovers.mjs';

const ROLE = `DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tork') THEN
    CREATE ROLE tork LOGIN SUPERUSER PASSWORD 'tork';
  END IF;
END $$`;

/** PostgreSQL: the tests create a database a file. */
export const postgres = {
  name: 'PostgreSQL',
  variable: 'TORK_TEST_POSTGRES_URL',
  standard: 'postgres://tork:tork@localhost:5432/postgres',
  packages: ['postgresql'],
  isInstalled: () => versions().length > 0,

  /** Resolves when it takes queries; removes the databases of test runs that were killed. */
  async check(url) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000 });
    client.on('error', () => {}); // The query under way rejects, too.
    try {
      await client.connect();
      const { rows } = await client.query(
        String.raw`SELECT datname AS name FROM pg_database WHERE datname LIKE 'tork\_test\_%'`,
      );
      for (const { name } of rows.filter((row) => isLocal(url) && isLeftover(row.name))) {
        await client.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
      }
    } finally {
      await client.end();
    }
  },

  async start() {
    const clusters = async () =>
      (await run('pg_lsclusters', ['--no-header'])).split('\n').map((line) => line.split(/\s+/));
    const onStandardPort = async () => (await clusters()).find(([, , port]) => port === '5432');
    if (!(await onStandardPort())) await run('pg_createcluster', [versions().at(-1), 'main', '--port', '5432']);
    const [version, cluster, , status] = await onStandardPort();
    if (!status.startsWith('online')) await run('pg_ctlcluster', [version, cluster, 'start']);
    await run('runuser', ['-u', 'postgres', '--', 'psql', '-v', 'ON_ERROR_STOP=1', '-c', ROLE]);
  },
};

function versions() {
  try {
    return readdirSync('/usr/lib/postgresql').sort((a, b) => Number(a) - Number(b));
  } catch {
    return [];
  }
}
