import type { PoolClient, QueryConfig } from 'pg';
import type { Decoding, JsonCodec } from '../secrets/json-codec';
import { toDatastoreError } from './errors';

/** SQL that each connection parses and plans once, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export interface SessionOptions {
  readonly json: JsonCodec;
  /** How columns become values: one of the two ways of {@link JsonCodec}. */
  readonly decoding: Decoding;
  /** A connection that does not answer for so long is given up. */
  readonly answerTimeoutMs: number;
}

/**
 * A checked-out connection. Statements are sent at once and answered in order: two that do not depend on one another
 * can be sent together and cost one round trip.
 */
export class Session {
  /** The first error since the check-out: Postgres ignores whatever follows one in a transaction. */
  failure: unknown;
  /** The connection is in no state to be used again. */
  isBroken = false;

  constructor(
    private readonly client: PoolClient,
    private readonly options: SessionOptions,
  ) {}

  /** Rows for `json_to_recordset`, with their secrets sealed; `plain` is their JSON where the caller has it. */
  encode(rows: readonly object[], plain?: string): string {
    return this.options.json.encode(rows, plain);
  }

  /** Runs a prepared statement, or a text that is prepared for this once. Resolves with its rows. */
  async query<Row extends object>(statement: Statement | string, values: unknown[] = []): Promise<Row[]> {
    const config: QueryConfig & { query_timeout: number } = {
      ...(typeof statement === 'string' ? { text: statement } : statement),
      values,
      types: this.options.decoding.types,
      query_timeout: this.options.answerTimeoutMs,
    };
    try {
      return this.options.decoding.open((await this.client.query<Row>(config)).rows);
    } catch (cause) {
      const error = toDatastoreError(cause);
      this.failure ??= error;
      throw error;
    }
  }
}
