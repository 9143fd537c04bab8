import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, createVhost, freePort } from '@tork/testing';

export type Topology = 'standalone' | 'distributed';
export type RuntimeName = 'noop' | 'shell' | 'docker';

/** Tork under measurement: its processes, on services of its own. */
export interface System {
  readonly url: string;
  /** Milliseconds from each hand-out to the start of its task since the last call; empty unless the runtime is `noop`. */
  handOffs(): Promise<number[]>;
  stop(): Promise<void>;
}

/** Slots of the worker: as many as the original was measured with. */
const SLOTS = 24;

/** Standalone: in-memory broker, embedded database. Distributed: one coordinator, one worker, Postgres, RabbitMQ. */
export async function startSystem(topology: Topology, runtime: RuntimeName): Promise<System> {
  const folder = mkdtempSync(join(tmpdir(), 'tork-bench-'));
  const config = join(folder, 'config.toml');
  writeFileSync(config, '');
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    TORK_CONFIG: config,
    TORK_LOGGING_LEVEL: 'warn',
    TORK_COORDINATOR_ADDRESS: `localhost:${await freePort()}`,
    TORK_WORKER_ADDRESS: `localhost:${await freePort()}`,
    TORK_WORKER_QUEUES_DEFAULT: String(SLOTS),
    ...(runtime !== 'noop' && { TORK_RUNTIME_TYPE: runtime }),
  };
  const cleanUps: (() => Promise<void>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  if (topology === 'standalone') {
    Object.assign(env, { TORK_DATASTORE_TYPE: 'embedded', TORK_DATASTORE_EMBEDDED_PATH: join(folder, 'data') });
  } else {
    const [postgres, rabbitmq] = [await createDatabase(), await createVhost()];
    cleanUps.push(postgres.drop, rabbitmq.drop);
    Object.assign(env, {
      TORK_DATASTORE_TYPE: 'postgres',
      TORK_DATASTORE_POSTGRES_DSN: postgres.url,
      TORK_BROKER_TYPE: 'rabbitmq',
      TORK_BROKER_RABBITMQ_URL: rabbitmq.url,
    });
    await migrateWith(env);
  }
  const roles = topology === 'standalone' ? ['standalone'] : ['coordinator', 'worker'];
  const processes = roles.map((role) => new Role(role, runtime, env));
  const [first] = await Promise.all(processes.map((role) => role.started));
  const last = processes.at(-1)!;
  return {
    url: first!,
    handOffs: () => last.handOffs(),
    stop: async () => {
      await Promise.all(processes.map((role) => role.stop()));
      for (const cleanUp of cleanUps.reverse()) await cleanUp();
    },
  };
}

/** The schema comes first, as a deployment does it. */
async function migrateWith(env: Record<string, string>): Promise<void> {
  const child = fork(join(__dirname, '../../apps/cli/bin/tork.js'), ['migration'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`tork migration exited with ${code}`);
}

class Role {
  private readonly child: ChildProcess;
  readonly started: Promise<string>;

  constructor(mode: string, runtime: RuntimeName, env: Record<string, string>) {
    this.child = fork(join(__dirname, 'role.js'), [mode, runtime], {
      env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.started = Promise.race([
      once(this.child, 'message').then(([message]) => (message as { url: string }).url),
      once(this.child, 'exit').then(([code]) => Promise.reject(new Error(`${mode} exited with ${code} at the start`))),
    ]);
  }

  async handOffs(): Promise<number[]> {
    const answer = once(this.child, 'message');
    this.child.send('handOffs');
    return ((await answer)[0] as { handOffs: number[] }).handOffs;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exit;
  }
}
