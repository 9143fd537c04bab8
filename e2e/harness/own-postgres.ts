import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@tork/testing';
import { command } from './command';

/** A Postgres server of the test's own, so that it may be stopped without harm to anybody else's. */
export interface OwnPostgres {
  readonly dsn: string;
  start(): Promise<void>;
  /** At once, as after a power cut: `immediate` skips the shutdown checkpoint. */
  stop(): Promise<void>;
  query(sql: string): Promise<string>;
}

const USER = 'postgres';

export async function ownPostgres(): Promise<OwnPostgres> {
  const bin = binaries();
  const folder = mkdtempSync(join(tmpdir(), 'tork-e2e-postgres-'));
  const [uid, gid] = (await command('sh', ['-c', `id -u ${USER}; id -g ${USER}`])).trim().split('\n').map(Number);
  chownSync(folder, uid!, gid!);
  const data = join(folder, 'data');
  const port = await freePort();
  const pgCtl = (...args: string[]) => command(join(bin, 'pg_ctl'), ['-D', data, ...args], { user: USER });
  const start = async () => {
    const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder}`;
    await pgCtl('-w', '-l', join(folder, 'log'), '-o', options, 'start');
  };
  const stop = async () => void (await pgCtl('-w', '-m', 'immediate', 'stop'));

  await command(join(bin, 'initdb'), ['-D', data, '-U', 'tork', '--auth=trust', '--no-sync'], { user: USER });
  await start();
  afterTestFile.push(async () => {
    await stop().catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  });
  const psql = (sql: string, database: string) =>
    command('psql', ['-h', '127.0.0.1', '-p', String(port), '-U', 'tork', '-d', database, '-Atc', sql]);
  await psql('create database tork', 'postgres');
  return {
    dsn: `host=127.0.0.1 user=tork password=tork dbname=tork port=${port} sslmode=disable`,
    start,
    stop,
    query: async (sql) => (await psql(sql, 'tork')).trim(),
  };
}

/** Debian keeps the server's programs out of the path. */
function binaries(): string {
  const root = '/usr/lib/postgresql';
  const version = readdirSync(root).sort((a, b) => Number(b) - Number(a))[0];
  if (!version) throw new Error(`no PostgreSQL server below ${root}: apt-get install postgresql`);
  return join(root, version, 'bin');
}
