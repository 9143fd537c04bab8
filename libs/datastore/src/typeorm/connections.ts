import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { DatastoreUnavailableError } from '../errors';
import type { Backend } from './backend';
import { ENTITIES } from './entities';
import { MIGRATIONS } from './migrations';
import type { Decoding, JsonCodec } from './secrets/json-codec';
import { toDatastoreError } from './sql/errors';
import { Session } from './sql/session';

/** What the server's own time-out of a statement has to arrive. After it the connection counts as lost. */
const ANSWER_GRACE_MS = 5_000;

/** From the first write to the upkeep that follows it. */
const UPKEEP_DELAY_MS = 10_000;

/**
 * The connections of one datastore: pg's pool, owned by TypeORM's data source. Each user has one for himself, and only
 * sound ones go back. A lost connection is replaced at the next use.
 */
export class Connections {
  private source: DataSource | undefined;
  private readonly inUse = new Set<Promise<unknown>>();
  private closing: Promise<void> | undefined;
  private upkeepTimer: NodeJS.Timeout | undefined;

  private opening: Promise<DataSource> | undefined;

  constructor(
    private readonly backend: Backend,
    private readonly json: JsonCodec,
  ) {}

  /** Connects, unless that is done. May be tried again when it fails. */
  async open(): Promise<void> {
    if (this.closing) throw this.notConnected();
    this.opening ??= this.track(() => this.connect());
    try {
      this.source = await this.opening;
    } catch (error) {
      this.opening = undefined;
      throw error;
    }
  }

  /** Lends a connection to `run`. Waits for a free one, as long as the pool allows. */
  use<T>(run: (session: Session) => Promise<T>): Promise<T> {
    return this.track(() => this.lend(run, this.json.readers));
  }

  /** For migrations and what repositories do as well as SQL. */
  withDataSource<T>(run: (source: DataSource) => Promise<T>): Promise<T> {
    return this.track(async () => {
      try {
        return await run(this.connected());
      } catch (cause) {
        throw toDatastoreError(cause);
      }
    });
  }

  /** Commits when `run` resolves and none of its statements failed; else rolls back. */
  transaction<T>(run: (session: Session) => Promise<T>): Promise<T> {
    const inTransaction = async (session: Session): Promise<T> => {
      // Sent together with the first statement of `run`; whoever fails there learns why from that one.
      session.query('BEGIN').catch(() => undefined);
      try {
        const result = await run(session);
        // Postgres would answer COMMIT with a rollback, and no error.
        if (session.failure !== undefined) throw session.failure;
        await session.query('COMMIT');
        this.scheduleUpkeep();
        return result;
      } catch (error) {
        await session.query('ROLLBACK').catch(() => (session.isBroken = true));
        throw error;
      }
    };
    return this.track(() => this.lend(inTransaction, this.json.writers));
  }

  /** Waits for those who use a connection, then disconnects. */
  close(): Promise<void> {
    return (this.closing ??= this.disconnect());
  }

  private scheduleUpkeep(): void {
    if (!this.backend.upkeep || this.closing) return;
    this.upkeepTimer ??= setTimeout(() => {
      this.upkeepTimer = undefined;
      // What fails now is done the next time; whether the database is well shows elsewhere.
      this.backend.upkeep?.(this).catch(() => undefined);
    }, UPKEEP_DELAY_MS).unref();
  }

  private async disconnect(): Promise<void> {
    clearTimeout(this.upkeepTimer);
    while (this.inUse.size > 0) await Promise.allSettled(this.inUse);
    await this.source?.destroy();
    await this.backend.close();
  }

  private async connect(): Promise<DataSource> {
    const source = new DataSource({
      type: 'postgres',
      extra: await this.backend.open(),
      entities: ENTITIES,
      migrations: MIGRATIONS,
      installExtensions: false,
      logging: false,
      // An idle connection broke. The pool has dropped it already and opens another when it is needed.
      poolErrorHandler: ignore,
    });
    try {
      return await source.initialize();
    } catch (cause) {
      await poolOf(source)?.end();
      throw new DatastoreUnavailableError(`cannot connect to ${this.backend.label}: ${reasonOf(cause)}`, { cause });
    }
  }

  private connected(): DataSource {
    if (!this.source || this.closing) throw this.notConnected();
    return this.source;
  }

  private notConnected(): DatastoreUnavailableError {
    return new DatastoreUnavailableError(`${this.backend.label} is not connected`);
  }

  private async track<T>(run: () => Promise<T>): Promise<T> {
    const use = run();
    this.inUse.add(use);
    try {
      return await use;
    } finally {
      this.inUse.delete(use);
    }
  }

  private async lend<T>(run: (session: Session) => Promise<T>, decoding: Decoding): Promise<T> {
    const pool = poolOf(this.connected()) as Pool;
    const client = await pool.connect().catch((cause: unknown) => {
      throw toDatastoreError(cause);
    });
    // The query under way fails with it; without a listener it would end the process.
    client.on('error', ignore);
    const { statementTimeoutMs } = this.backend;
    const session = new Session(client, {
      json: this.json,
      decoding,
      answerTimeoutMs: statementTimeoutMs + ANSWER_GRACE_MS,
    });
    try {
      return await run(session);
    } finally {
      client.off('error', ignore);
      client.release(session.isBroken || (pool.idleCount >= this.backend.maxIdle && pool.waitingCount === 0));
    }
  }
}

const ignore = (): void => undefined;

/** TypeORM has no better name for it: `master`, as opposed to replicas, of which there are none here. */
const poolOf = (source: DataSource): Pool | undefined => (source.driver as unknown as { master?: Pool }).master;

/** What pg says about a failed connection names hosts, users and databases, but no password. */
const reasonOf = (cause: unknown): string => {
  const error = cause instanceof AggregateError ? cause.errors[0] : cause;
  return error instanceof Error ? error.message : String(error);
};
