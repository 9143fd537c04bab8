import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { PoolConfig } from 'pg';
import type { Backend } from '../backend';
import { SESSION_SETTINGS, STATEMENT_TIMEOUT_MS } from '../backend';
import { FolderLock } from './folder-lock';
import { PgliteSocket } from './pglite.socket';
import { PgliteThread } from './pglite.thread';
import { upkeep } from './upkeep';

/** There is one connection; those who wait for it are served in the order of their coming. */
const CHECK_OUT_TIMEOUT_MS = 60_000;

/** In the place of a folder: nothing is kept. */
export const IN_MEMORY = 'memory://';

export interface PgliteSettings {
  /** Where the data is kept; created if it is not there. {@link IN_MEMORY} if absent. */
  folder?: string;
}

/** A Postgres inside this process: nothing to install, and nobody else to share it with. */
export class PgliteBackend implements Backend {
  readonly isEmbedded = true;
  readonly maxIdle = 1;
  /** Nobody could end a statement; it is given up after as long as on a server. */
  readonly statementTimeoutMs = STATEMENT_TIMEOUT_MS;
  readonly label: string;
  private readonly folder: string | undefined;
  private lock: FolderLock | undefined;
  private thread: PgliteThread | undefined;

  constructor({ folder }: PgliteSettings) {
    this.folder = folder === undefined || folder === IN_MEMORY ? undefined : resolve(folder);
    this.label = this.folder === undefined ? 'the embedded database' : `the embedded database in ${this.folder}`;
  }

  async open(): Promise<PoolConfig> {
    const thread = (this.thread ??= new PgliteThread({ folder: await this.prepare(), settings: SESSION_SETTINGS }));
    return {
      user: 'postgres',
      database: 'postgres',
      max: 1,
      idleTimeoutMillis: 0,
      connectionTimeoutMillis: CHECK_OUT_TIMEOUT_MS,
      pipeline: true,
      stream: () => new PgliteSocket(thread),
    } as PoolConfig;
  }

  readonly upkeep = upkeep;

  async close(): Promise<void> {
    await this.thread?.close();
    await this.lock?.release();
    this.lock = undefined;
  }

  /**
   * Locks the folder and sees that there is a database in it. A new one is made beside its place and then moved there:
   * a process that dies over it leaves nothing that looks like a database.
   */
  private async prepare(): Promise<string | undefined> {
    if (this.folder === undefined) return undefined;
    mkdirSync(this.folder, { recursive: true });
    this.lock ??= await FolderLock.acquire(this.folder);
    const database = join(this.folder, 'pgdata');
    if (!existsSync(database)) {
      const unfinished = `${database}.new`;
      rmSync(unfinished, { recursive: true, force: true });
      const thread = new PgliteThread({ folder: unfinished, settings: {} });
      await thread.start();
      await thread.close();
      renameSync(unfinished, database);
    }
    return database;
  }
}
