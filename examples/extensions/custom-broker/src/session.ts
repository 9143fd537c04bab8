import { Socket } from 'node:net';
import { Client, DatabaseError } from 'pg';
import { LOCK_CLASS, SCHEMA } from './schema';

export interface SessionOptions {
  url: string;
  schema: string;
  /** The session of this process that came before: whatever it held is free at once. */
  former?: number;
  onNotification(channel: string, payload: string): void;
}

/** The connection is gone, and all that the session held with it. */
export class SessionLostError extends Error {}

/** An answer that takes longer comes from a server that is gone, or as good as gone. */
const ANSWER_MS = 30_000;

/**
 * One connection to Postgres. Its row in `sessions` counts for as long as it holds an advisory lock, which Postgres takes
 * from it however it ends; other processes see that and remove the row.
 */
export class Session {
  id = 0;
  private readonly socket = new Socket();
  private readonly client: Client;
  private readonly control = new AbortController();
  private last: Promise<unknown> = Promise.resolve();

  private constructor(private readonly options: SessionOptions) {
    this.client = new Client({
      connectionString: options.url,
      stream: () => this.socket,
      connectionTimeoutMillis: 10_000,
      query_timeout: ANSWER_MS,
      keepAlive: true,
      application_name: 'tork broker',
    });
    this.client.on('error', () => this.lose());
    this.client.on('end', () => this.lose());
    this.client.on('notification', ({ channel, payload = '' }) => options.onNotification(channel, payload));
  }

  static async open(options: SessionOptions): Promise<Session> {
    const session = new Session(options);
    try {
      await session.client.connect();
      await session.prepare();
      return session;
    } catch (error) {
      session.lose();
      throw error;
    }
  }

  /** Aborted when the connection is gone. */
  get lost(): AbortSignal {
    return this.control.signal;
  }

  /**
   * Statements are carried out one by one, in the order of the calls.
   *
   * @throws SessionLostError without an answer; errors of the statement as they are
   */
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]> {
    const answer = this.last.then(() => this.ask<Row>(text, values));
    this.last = answer.catch(() => undefined);
    return answer;
  }

  /** Removes what sessions left whose processes are gone. */
  async sweep(): Promise<void> {
    const gone = await this.query(
      `DELETE FROM sessions s WHERE NOT EXISTS (
         SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = ${LOCK_CLASS}::oid AND objid = s.id::oid
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
       RETURNING id`,
    );
    if (gone.length > 0) await this.query(`SELECT pg_notify($1, name) FROM queues`, [`${this.options.schema}_queue`]);
  }

  async close(): Promise<void> {
    await this.query('DELETE FROM sessions WHERE id = $1', [this.id]).catch(() => undefined);
    await this.client.end().catch(() => undefined);
    this.lose();
  }

  private async prepare(): Promise<void> {
    const { former, schema } = this.options;
    // Two processes that start at once must not create the same table.
    await this.query(
      `BEGIN; SELECT pg_advisory_xact_lock(hashtext('${schema}')); CREATE SCHEMA IF NOT EXISTS ${schema};
       SET search_path TO ${schema}; ${SCHEMA} COMMIT;
       LISTEN ${schema}_queue; LISTEN ${schema}_event`,
    );
    const [row] = await this.query<{ id: number }>(
      `WITH own AS (INSERT INTO sessions DEFAULT VALUES RETURNING id)
       SELECT id, pg_advisory_lock(${LOCK_CLASS}, id) FROM own`,
    );
    this.id = row!.id;
    if (former !== undefined) await this.query('DELETE FROM sessions WHERE id = $1', [former]);
    await this.sweep();
  }

  private async ask<Row extends object>(text: string, values?: unknown[]): Promise<Row[]> {
    try {
      return (await this.client.query<Row>(text, values)).rows;
    } catch (cause) {
      if (cause instanceof DatabaseError && cause.severity !== 'FATAL') throw cause;
      this.lose();
      throw new SessionLostError('the connection to Postgres is gone', { cause });
    }
  }

  private lose(): void {
    this.socket.destroy();
    this.control.abort();
  }
}
