import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { DatastoreUnavailableError } from '../errors';
import type { Backend } from './backend';
import { ENTITIES } from './entities';
import { MIGRATIONS } from './migrations';
import { toDatastoreError } from './sql/errors';
import { Session } from './sql/session';

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

  constructor(private readonly backend: Backend) {}

  async open(): Promise<void> {
    if (this.source) return;
    const source = new DataSource({
      type: 'postgres',
      extra: await this.backend.open(),
      entities: ENTITIES,
      migrations: MIGRATIONS,
      installExtensions: false,
      logging: false,
      // An idle connection broke. The pool has dropped it already and opens another when it is needed.
      poolErrorHandler: () => undefined,
    });
    try {
      await source.initialize();
    } catch (cause) {
      await poolOf(source)?.end();
      throw new DatastoreUnavailableError(`cannot connect to ${this.backend.label}: ${reasonOf(cause)}`, { cause });
    }
    this.source = source;
  }

  /** Lends a connection to `run`. Waits for a free one, as long as the pool allows. */
  use<T>(run: (session: Session) => Promise<T>): Promise<T> {
    return this.track(() => this.lend(run));
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
    return this.use(async (session) => {
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
    });
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

  private connected(): DataSource {
    if (!this.source || this.closing) throw new DatastoreUnavailableError(`${this.backend.label} is not connected`);
    return this.source;
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

  private async lend<T>(run: (session: Session) => Promise<T>): Promise<T> {
    const pool = poolOf(this.connected()) as Pool;
    const client = await pool.connect().catch((cause: unknown) => {
      throw toDatastoreError(cause);
    });
    // The query under way fails with it; without a listener it would end the process.
    client.on('error', ignore);
    const session = new Session(client);
    try {
      return await run(session);
    } finally {
      client.off('error', ignore);
      release(client, session.isBroken || (pool.idleCount >= this.backend.maxIdle && pool.waitingCount === 0));
    }
  }
}

const ignore = (): void => undefined;

/** A connection that is over reports errors until the pool has closed it. */
function release(client: PoolClient, isOver: boolean): void {
  client.release(isOver);
}

/** TypeORM has no better name for it: `master`, as opposed to replicas, of which there are none here. */
const poolOf = (source: DataSource): Pool | undefined => (source.driver as unknown as { master?: Pool }).master;

/** What pg says about a failed connection names hosts, users and databases, but no password. */
const reasonOf = (cause: unknown): string => {
  const error = cause instanceof AggregateError ? cause.errors[0] : cause;
  return error instanceof Error ? error.message : String(error);
};
