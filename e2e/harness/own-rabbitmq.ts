import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { freePort } from '@tork/testing';
import { command } from './command';

/** A RabbitMQ node of the test's own, so that it may be stopped and wiped without harm to anybody else's. */
export interface OwnRabbitmq {
  readonly url: string;
  /** The whole process. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Deletes every queue with what is in it, under its clients' feet. */
  wipe(): Promise<void>;
  ctl(...args: string[]): Promise<string>;
}

const USER = 'rabbitmq';

export async function ownRabbitmq(): Promise<OwnRabbitmq> {
  const folder = mkdtempSync(join(tmpdir(), 'tork-e2e-rabbitmq-'));
  const [uid, gid] = (await command('sh', ['-c', `id -u ${USER}; id -g ${USER}`])).trim().split('\n').map(Number);
  chownSync(folder, uid!, gid!);
  const [port, distPort] = [await freePort(), await freePort()];
  const plugins = join(folder, 'enabled_plugins');
  writeFileSync(plugins, '[].');
  const env = {
    RABBITMQ_NODENAME: `${basename(folder)}@localhost`,
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
  };
  const ctl = (...args: string[]) => command('rabbitmqctl', args, { env });
  const start = async () => {
    await command('rabbitmq-server', ['-detached'], { env });
    for (let tries = 30; ; tries--) {
      try {
        await ctl('await_startup', '--timeout', '30');
        return;
      } catch (cause) {
        if (tries === 0) throw cause;
      }
    }
  };
  const stop = async () => void (await ctl('stop', env.RABBITMQ_PID_FILE));

  await start();
  afterTestFile.push(async () => {
    await stop().catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    url: `amqp://guest:guest@127.0.0.1:${port}/`,
    start,
    stop,
    ctl,
    wipe: async () => {
      const names = (await ctl('-q', 'list_queues', 'name', '--no-table-headers')).split('\n').filter(Boolean);
      await Promise.all(names.map((name) => ctl('delete_queue', name).catch(() => undefined)));
    },
  };
}
