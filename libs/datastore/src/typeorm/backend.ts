import type { PoolConfig } from 'pg';
import type { Connections } from './connections';

/** Where the tables are: a Postgres server, or one embedded in this process. Both speak the same protocol and SQL. */
export interface Backend {
  /** How errors call it, e.g. `Postgres at db:5432`. Names no credentials. */
  readonly label: string;
  /** Nobody else uses it, so whoever opens it brings its schema up to date. */
  readonly isEmbedded: boolean;
  /** The server ends a statement that takes longer. */
  readonly statementTimeoutMs: number;
  /** Connections that are kept open although nobody uses them. */
  readonly maxIdle: number;
  /** Makes it reachable. Resolves with how pg's pool connects. Called again if connecting fails. */
  open(): Promise<PoolConfig>;
  /** Called some seconds after something was written, again and again while it goes on. Absent where servers see to it. */
  upkeep?(connections: Pick<Connections, 'use'>): Promise<void>;
  /** Called after the last connection is closed, also if `open` failed. */
  close(): Promise<void>;
}

/** No statement takes longer on a healthy server. */
export const STATEMENT_TIMEOUT_MS = 30_000;

/**
 * Settings of every connection.
 *
 * Statements are planned once a connection, maybe while the tables are empty. All of them have an index to go by; a
 * plan that reads a table whole or hashes it is right for ten rows and ruins a million, so those are not considered.
 * Compilation costs more than it gains on statements of milliseconds. A transaction that a process leaves open, because
 * it is stopped or cut off, holds its locks for a minute at most.
 */
export const SESSION_SETTINGS: Readonly<Record<string, string>> = {
  timezone: 'UTC',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  jit: 'off',
  idle_in_transaction_session_timeout: '60s',
};
