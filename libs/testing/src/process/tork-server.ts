import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../eventually';
import { freePort } from '../free-port';
import { spawnProcess, type SpawnedProcess } from './spawned-process';

/** The command, as it was built. */
const TORK = join(__dirname, '../../../../apps/cli/bin/tork.js');

export interface TorkServerOptions {
  /** Configuration file. Default: an empty one. */
  config?: string;
  args?: readonly string[];
  /** URL of an empty Postgres database, which starts several times as fast as an embedded one. Default: embedded. */
  postgres?: string;
  /** Further `TORK_*` and other variables; they win over the file. */
  env?: Readonly<Record<string, string>>;
}

/** What the wire shows of a job, as far as tests look at it. */
export interface SeenJob {
  id: string;
  state: string;
  error?: string;
  result?: string;
  progress: number;
  createdBy?: { username: string };
  execution: { id: string; state: string; queue: string; error?: string; result?: string; progress?: number }[];
}

export interface Answer<T> {
  status: number;
  headers: Headers;
  /** Parsed where it is JSON, else the text. */
  body: T;
}

/**
 * Starts a script that runs Tork in standalone mode, on free ports and with an empty data folder, and resolves when its
 * API answers, with whatever status. The folder is removed after the test file.
 */
export async function startTork(script: string, options: TorkServerOptions = {}): Promise<TorkServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tork-server-'));
  globalThis.afterTestFile?.push(async () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'config.toml'), '');
  const url = `http://localhost:${await freePort()}`;
  const env = {
    TORK_CONFIG: options.config ?? join(folder, 'config.toml'),
    TORK_CLI_BANNER_MODE: 'off',
    TORK_COORDINATOR_ADDRESS: new URL(url).host,
    TORK_WORKER_ADDRESS: `localhost:${await freePort()}`,
    TORK_DATASTORE_EMBEDDED_PATH: join(folder, 'data'),
    ...(options.postgres && { TORK_DATASTORE_TYPE: 'postgres', TORK_DATASTORE_POSTGRES_DSN: options.postgres }),
    ...options.env,
  };
  if (options.postgres) await migrate(env);
  const process = spawnProcess(script, options.args, { cwd: folder, env });
  await process.waitForHttp(`${url}/health`, { timeoutMs: 60_000, anyStatus: true });
  return new TorkServer(url, process);
}

async function migrate(env: Readonly<Record<string, string>>): Promise<void> {
  const migration = spawnProcess(TORK, ['migration'], { env });
  const { code } = await migration.exited;
  if (code !== 0) throw new Error(`tork migration exited with ${code}:\n${migration.output}`);
}

/** A running Tork, seen as its users see it. */
export class TorkServer {
  constructor(
    readonly url: string,
    readonly process: SpawnedProcess,
  ) {}

  async call<T = unknown>(method: string, path: string, init: Omit<RequestInit, 'method'> = {}): Promise<Answer<T>> {
    const response = await fetch(this.url + path, { method, signal: AbortSignal.timeout(30_000), ...init });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as T };
  }

  /** Submits a job and returns its id. */
  async submit(document: object, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const { body, status } = await this.call<{ id: string; message?: string }>('POST', '/jobs', {
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(document),
    });
    if (status !== 200) throw new Error(`POST /jobs: ${status} ${body.message}`);
    return body.id;
  }

  async job(id: string, headers?: Readonly<Record<string, string>>): Promise<SeenJob> {
    const { body, status } = await this.call<SeenJob>('GET', `/jobs/${id}`, { headers });
    if (status !== 200) throw new Error(`GET /jobs/${id}: ${status}`);
    return body;
  }

  /** The job once it has ended, whatever its end. */
  ended(id: string, headers?: Readonly<Record<string, string>>): Promise<SeenJob> {
    return eventually(
      async () => {
        const job = await this.job(id, headers);
        if (['COMPLETED', 'FAILED', 'CANCELLED'].includes(job.state)) return job;
        throw new Error(`job ${id} is ${job.state}: ${JSON.stringify(job.execution)}`);
      },
      { timeoutMs: 30_000, intervalMs: 50 },
    );
  }

  /** The whole log of a job of a few parts, oldest first. */
  async log(id: string): Promise<string> {
    const { body } = await this.call<{ items: { contents: string }[] }>('GET', `/jobs/${id}/log?size=100`);
    return body.items
      .toReversed()
      .map(({ contents }) => contents)
      .join('');
  }

  /** Stops it as an operator does; anything but a clean end is an error. */
  async stop(): Promise<void> {
    const { code, signal } = await this.process.stop();
    if (code !== 0) throw new Error(`it ended with ${signal ?? code}:\n${this.process.output}`);
  }
}
