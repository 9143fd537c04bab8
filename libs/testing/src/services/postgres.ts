import { Client } from 'pg';
import { eventually } from '../eventually';
import { ownName, postgresAddress } from './addresses';

/** A database of its own on the Postgres of the tests. */
export interface TestDatabase extends AsyncDisposable {
  /** `postgres://user:password@host:port/name` */
  readonly url: string;
  readonly name: string;
  /** Runs one statement, past the code under test, and returns its rows. */
  sql<Row extends object = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /**
   * Drops it. Rejects, once it is dropped, when the test has left connections open: whoever leaks one leaks them in
   * production too.
   */
  drop(): Promise<void>;
}

/** Creates an empty database in UTF-8, whatever the server's own default is. */
export async function createDatabase(): Promise<TestDatabase> {
  const name = ownName();
  const url = new URL(postgresAddress());
  url.pathname = `/${name}`;
  await administer((server) => server.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`));

  const drop = () => administer((server) => dropDatabase(server, name));
  return {
    url: url.href,
    name,
    sql: (text, values) => withClient(url.href, async (client) => (await client.query(text, values)).rows),
    drop,
    [Symbol.asyncDispose]: drop,
  };
}

async function dropDatabase(server: Client, name: string): Promise<void> {
  const leaked = await eventually(() => assertUnused(server, name), { timeoutMs: 10_000 }).then(
    () => undefined,
    (error: unknown) => error,
  );
  await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  if (leaked) throw leaked;
}

/** A connection that was just closed is listed for another moment, so the caller asks again. */
async function assertUnused(server: Client, name: string): Promise<void> {
  const { rows } = await server.query<{ state: string; query: string }>(
    'SELECT state, query FROM pg_stat_activity WHERE datname = $1',
    [name],
  );
  if (rows.length === 0) return;
  const connections = rows.map(({ state, query }) => `${state}: ${query.slice(0, 200)}`).join('\n  ');
  throw new Error(`the test left ${rows.length} connections to its database open:\n  ${connections}`);
}

const administer = <T>(use: (client: Client) => Promise<T>): Promise<T> => withClient(postgresAddress(), use);

async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    const { host } = new URL(url);
    throw new Error(
      `no PostgreSQL for the tests at ${host}: run \`node scripts/services.mjs\`, or name one in TORK_TEST_POSTGRES_URL`,
      { cause: error },
    );
  }
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
