import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, spawnProcess } from '@tork/testing';
import type { SpawnedProcess } from '@tork/testing';
import { Client } from './client';

const root = join(__dirname, '../..');
const MAIN = {
  api: join(root, 'apps/api/dist/main.js'),
  coordinator: join(root, 'apps/coordinator/dist/main.js'),
  worker: join(root, 'apps/worker/dist/main.js'),
};
export const CLI = join(root, 'apps/cli/bin/tork.js');

export interface ClusterOptions {
  postgresDsn: string;
  rabbitmqUrl: string;
  coordinators?: number;
  workers?: number;
  /** Parallel tasks of each worker. */
  slots?: number;
  env?: Readonly<Record<string, string>>;
}

/** Tork as separate processes, as a deployment runs it. */
export class Cluster {
  readonly coordinators: SpawnedProcess[] = [];
  readonly workers: SpawnedProcess[] = [];
  private constructor(
    readonly client: Client,
    readonly api: SpawnedProcess,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  static async start(options: ClusterOptions): Promise<Cluster> {
    const { coordinators = 1, postgresDsn, rabbitmqUrl, slots = 8, workers = 1 } = options;
    const folder = mkdtempSync(join(tmpdir(), 'tork-e2e-'));
    writeFileSync(join(folder, 'config.toml'), '');
    afterTestFile.push(async () => rmSync(folder, { recursive: true, force: true }));
    const env = {
      TORK_CONFIG: join(folder, 'config.toml'),
      TORK_CLI_BANNER_MODE: 'off',
      TORK_LOGGING_LEVEL: 'info',
      TORK_LOGGING_FORMAT: 'json',
      TORK_DATASTORE_TYPE: 'postgres',
      TORK_DATASTORE_POSTGRES_DSN: postgresDsn,
      TORK_BROKER_TYPE: 'rabbitmq',
      TORK_BROKER_RABBITMQ_URL: rabbitmqUrl,
      TORK_RUNTIME_TYPE: 'shell',
      TORK_WORKER_QUEUES_DEFAULT: String(slots),
      ...options.env,
    };
    const migration = spawnProcess(CLI, ['migration'], { env });
    const { code } = await migration.exited;
    if (code !== 0) throw new Error(`tork migration exited with ${code}:\n${migration.output}`);
    const port = await freePort();
    const api = spawnProcess(MAIN.api, [], {
      name: 'api',
      env: { ...env, TORK_COORDINATOR_ADDRESS: `localhost:${port}` },
    });
    const cluster = new Cluster(new Client(`http://localhost:${port}`), api, env);
    await Promise.all([
      up(api),
      ...Array.from({ length: coordinators }, () => cluster.addCoordinator()),
      ...Array.from({ length: workers }, () => cluster.addWorker()),
    ]);
    return cluster;
  }

  async addCoordinator(env: Readonly<Record<string, string>> = {}): Promise<SpawnedProcess> {
    const coordinator = spawnProcess(MAIN.coordinator, [], {
      name: `coordinator ${this.coordinators.length}`,
      env: { ...this.env, ...env },
    });
    this.coordinators.push(coordinator);
    await up(coordinator);
    return coordinator;
  }

  async addWorker(env: Readonly<Record<string, string>> = {}): Promise<SpawnedProcess> {
    const address = `localhost:${await freePort()}`;
    const worker = spawnProcess(MAIN.worker, [], {
      name: `worker ${this.workers.length}`,
      env: { ...this.env, TORK_WORKER_ADDRESS: address, ...env },
    });
    this.workers.push(worker);
    await up(worker);
    return worker;
  }

  /** Stops everything in good order. */
  async stop(): Promise<void> {
    const processes = [...this.workers, ...this.coordinators, this.api];
    await Promise.all(processes.map((process) => process.stop().catch(() => undefined)));
  }
}

const up = (process: SpawnedProcess) => process.waitForOutput(/tork is up/, { timeoutMs: 60_000 });
