import { Client } from 'pg';
import type { PoolConfig } from 'pg';
import type { Backend } from '../backend';
import { targetOf } from './pool-config';
import type { PostgresSettings, Target } from './pool-config';

/** A Postgres server, reached over the network. */
export class PostgresBackend implements Backend {
  readonly isEmbedded = false;
  readonly maxIdle: number;
  private readonly target: Target;

  /** Throws {@link DsnError} for a DSN that cannot be read. */
  constructor(settings: PostgresSettings) {
    this.target = targetOf(settings);
    this.maxIdle = settings.maxIdle ?? 25;
  }

  get label(): string {
    return `Postgres at ${this.target.host}:${this.target.port}`;
  }

  get statementTimeoutMs(): number {
    return this.target.statementTimeoutMs;
  }

  async open(): Promise<PoolConfig> {
    const { pool, sslMode } = this.target;
    return sslMode === 'prefer' && !(await this.speaksTls()) ? { ...pool, ssl: false } : pool;
  }

  async close(): Promise<void> {}

  private async speaksTls(): Promise<boolean> {
    const client = new Client(this.target.pool);
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch (error) {
      return !(error instanceof Error && error.message === 'The server does not support SSL connections');
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
