import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mode } from '@tork/engine';
import { createDatabase, createVhost, freePort } from '@tork/testing';
import { RoleProcess } from './role-process';
import { UndoStack } from './undo-stack';

/**
 * - `distributed`: a coordinator with its API and a worker, over RabbitMQ with durable queues and Postgres;
 * - `standalone`: one process with the in-memory broker, over Postgres, which is all that the original offers;
 * - `embedded`: the same with the embedded datastore, which needs nothing installed.
 */
export const TOPOLOGIES = ['distributed', 'standalone', 'embedded'] as const;
export type Topology = (typeof TOPOLOGIES)[number];

export type RuntimeName = 'noop' | 'shell' | 'docker';

/** Tork under measurement: its processes, on services of its own. */
export interface System extends AsyncDisposable {
  /** Of the API. */
  readonly url: string;
  readonly roles: readonly RoleProcess[];
  /** Aborts when one of the processes ends on its own. */
  readonly died: AbortSignal;
  /** Milliseconds from ready to started of each task since the last call; empty unless the runtime is `noop`. */
  handOffs(): Promise<number[]>;
}

export interface SystemOptions {
  topology: Topology;
  runtime: RuntimeName;
  /** Pass-through links in the job and in the task chain of each process. Default none. */
  links?: number;
  /** Below this, each process writes its CPU profile in a folder of its own. */
  profileFolder?: string;
}

/** Tasks that the worker runs at the same time: as many as the original was measured with. */
const SLOTS = 24;

/** Starts it on an empty database. When it rejects, or is disposed of, nothing of it is left. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const owned = new UndoStack();
  const death = new AbortController();
  try {
    const env = await environment(options, owned);
    const roles = modesOf(options.topology).map((mode) => {
      const role = new RoleProcess({
        mode,
        runtime: options.runtime,
        links: options.links ?? 0,
        env,
        profileFolder: profileFolderOf(options, mode),
        onDeath: (error) => death.abort(error),
      });
      owned.add(() => role.stop());
      return role;
    });
    const [url = ''] = await Promise.all(roles.map((role) => role.started));
    return {
      url,
      roles,
      died: death.signal,
      handOffs: () => roles.at(-1)!.handOffs(),
      [Symbol.asyncDispose]: () => owned.undo(),
    };
  } catch (error) {
    await owned.undo().catch(() => undefined); // What went wrong first is what is worth knowing.
    throw error;
  }
}

const modesOf = (topology: Topology): Mode[] =>
  topology === 'distributed' ? ['coordinator', 'worker'] : ['standalone'];

const profileFolderOf = ({ links, profileFolder, topology, runtime }: SystemOptions, mode: Mode): string | undefined =>
  profileFolder && join(profileFolder, [topology, runtime, mode, ...(links ? [links] : [])].join('-'));

/** Configures the processes, and prepares what they need. */
async function environment(options: SystemOptions, owned: UndoStack): Promise<Record<string, string>> {
  const { topology, runtime } = options;
  const folder = mkdtempSync(join(tmpdir(), 'tork-bench-'));
  owned.add(() => rmSync(folder, { recursive: true, force: true }));
  const env = {
    ...basicEnv(folder),
    ...(await addressesEnv()),
    ...(await servicesEnv(topology, folder, owned)),
    ...(runtime !== 'noop' && { TORK_RUNTIME_TYPE: runtime }),
  };
  if (topology !== 'embedded') await migrate(env);
  return env;
}

/** Nothing of the caller's configuration gets in. */
const basicEnv = (folder: string): Record<string, string> => {
  const config = join(folder, 'config.toml');
  writeFileSync(config, '');
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    TORK_CONFIG: config,
    TORK_LOGGING_LEVEL: 'warn',
    TORK_WORKER_QUEUES_DEFAULT: String(SLOTS),
    ...(process.env.DOCKER_HOST && { DOCKER_HOST: process.env.DOCKER_HOST }),
  };
};

const addressesEnv = async (): Promise<Record<string, string>> => ({
  TORK_COORDINATOR_ADDRESS: `localhost:${await freePort()}`,
  TORK_WORKER_ADDRESS: `localhost:${await freePort()}`,
});

/** A database, and where there is a broker a virtual host, that end with the system. */
async function servicesEnv(topology: Topology, folder: string, owned: UndoStack): Promise<Record<string, string>> {
  if (topology === 'embedded') {
    return { TORK_DATASTORE_TYPE: 'embedded', TORK_DATASTORE_EMBEDDED_PATH: join(folder, 'data') };
  }
  const database = await createDatabase();
  owned.add(database.drop);
  const env = { TORK_DATASTORE_TYPE: 'postgres', TORK_DATASTORE_POSTGRES_DSN: database.url };
  if (topology === 'standalone') return env;
  const vhost = await createVhost();
  owned.add(vhost.drop);
  return { ...env, TORK_BROKER_TYPE: 'rabbitmq', TORK_BROKER_RABBITMQ_URL: vhost.url };
}

/** The schema comes first, as in a deployment. */
async function migrate(env: Record<string, string>): Promise<void> {
  const child = fork(join(__dirname, '../../../apps/cli/bin/tork.js'), ['migration'], {
    env,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`tork migration ended with ${code}`);
}
