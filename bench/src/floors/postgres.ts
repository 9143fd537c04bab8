import { createDatabase } from '@tork/testing';
import { Client } from 'pg';
import type { Measure } from '../bench';
import { figureOf } from '../figures';
import { roundsOf } from '../rounds';

/** As few columns as hold what the real tables hold of a one-task job, and no index but the keys. */
const SCHEMA = `
  CREATE TABLE jobs (id text PRIMARY KEY, created_at timestamptz NOT NULL, document json NOT NULL);
  CREATE TABLE jobs_progress (id text PRIMARY KEY, state text NOT NULL, context json NOT NULL) WITH (fillfactor = 70);
  CREATE TABLE tasks (id text PRIMARY KEY, state text NOT NULL, document json NOT NULL, result text)
    WITH (fillfactor = 70);
  CREATE TABLE outbox (id text PRIMARY KEY, body json NOT NULL);`;

const DOCUMENT = JSON.stringify({ name: 'task 1', run: 'true', queue: 'default', attempt: 1, about: 'x'.repeat(200) });

/** A life of some jobs, a commit each. $1 holds their ids. */
const LIFE = [
  {
    name: 'submit',
    text: `WITH
      new_jobs AS (INSERT INTO jobs SELECT id, now(), $2::json FROM unnest($1::text[]) AS id),
      new_progress AS (INSERT INTO jobs_progress SELECT id, 'PENDING', $2::json FROM unnest($1::text[]) AS id),
      new_tasks AS (INSERT INTO tasks SELECT id, 'SCHEDULED', $2::json FROM unnest($1::text[]) AS id)
      INSERT INTO outbox SELECT id, $2::json FROM unnest($1::text[]) AS id`,
    values: [DOCUMENT],
  },
  { name: 'confirm', text: 'DELETE FROM outbox WHERE id = ANY($1::text[])', values: [] },
  { name: 'start', text: `UPDATE jobs_progress SET state = 'RUNNING' WHERE id = ANY($1::text[])`, values: [] },
  { name: 'run', text: `UPDATE tasks SET state = 'RUNNING' WHERE id = ANY($1::text[])`, values: [] },
  {
    name: 'complete',
    text: `WITH done AS (UPDATE tasks SET state = 'COMPLETED', result = 'done' WHERE id = ANY($1::text[]))
      UPDATE jobs_progress SET state = 'COMPLETED' WHERE id = ANY($1::text[])`,
    values: [],
  },
];

/** Connections that work side by side: enough to share the waits for the disk. */
const CONNECTIONS = 8;

const BATCH = 16;
const BATCHED = `floor/postgres/batches-of-${BATCH}`;
const SINGLE = 'floor/postgres/one-by-one';

/**
 * What Postgres could do for jobs if nobody thought about them: lives a second of one-task jobs, with the rows, rewrites
 * and commits that one takes at least.
 */
export const postgresFloor: Measure = {
  figures: [BATCHED, SINGLE],
  async run(bench) {
    await using database = await createDatabase();
    await using connections = await connectAll(database.url);
    await connections.clients[0]!.query(SCHEMA);
    for (const [name, size] of [
      [BATCHED, BATCH],
      [SINGLE, 1],
    ] as const) {
      if (!bench.wants(name)) continue;
      const rate = (seconds: number) => livesPerSecond(connections.clients, size, seconds);
      bench.report(figureOf(name, '/s', await roundsOf(bench, rate)));
    }
  },
};

async function connectAll(url: string) {
  const clients = Array.from({ length: CONNECTIONS }, () => new Client({ connectionString: url }));
  const end = () => Promise.all(clients.map((client) => client.end()));
  try {
    await Promise.all(clients.map((client) => client.connect()));
  } catch (error) {
    await end();
    throw error;
  }
  return { clients, [Symbol.asyncDispose]: async () => void (await end()) };
}

let lastId = 0;

async function livesPerSecond(clients: readonly Client[], size: number, seconds: number): Promise<number> {
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  let lives = 0;
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() < until) {
        const ids = Array.from({ length: size }, () => (++lastId).toString(16).padStart(32, '0'));
        for (const { name, text, values } of LIFE) await client.query({ name, text, values: [ids, ...values] });
        lives += size;
      }
    }),
  );
  return (lives * 1000) / (performance.now() - startedAt);
}
