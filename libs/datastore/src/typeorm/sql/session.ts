import type { PoolClient, QueryConfig } from 'pg';
import { toDatastoreError } from './errors';

/** SQL that each connection parses and plans once, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** No statement takes longer on a healthy server; a connection that does not answer is given up a little later. */
export const STATEMENT_TIMEOUT_MS = 30_000;
const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 5_000;

/**
 * A checked-out connection. Statements are sent at once and answered in order: two that do not depend on one another
 * can be sent together and cost one round trip.
 */
export class Session {
  /** The first error since the check-out: Postgres ignores whatever follows one in a transaction. */
  failure: unknown;
  /** The connection is in no state to be used again. */
  isBroken = false;

  constructor(private readonly client: PoolClient) {}

  /** Runs a prepared statement, or a text that is prepared for this once. Resolves with its rows. */
  async query<Row extends object>(statement: Statement | string, values: unknown[] = []): Promise<Row[]> {
    const config: QueryConfig & { query_timeout: number } = {
      ...(typeof statement === 'string' ? { text: statement } : statement),
      values,
      query_timeout: ANSWER_TIMEOUT_MS,
    };
    try {
      return (await this.client.query<Row>(config)).rows;
    } catch (cause) {
      const error = toDatastoreError(cause);
      this.failure ??= error;
      throw error;
    }
  }
}
