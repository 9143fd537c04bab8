import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort } from '@tork/testing';
import { connectToDaemon, disconnect } from '../docker/daemon';
import { makeImage } from './images';

/** A user of every test registry. */
export const REGISTRY_USER = { username: 'ali', password: 'open sesame' };
const HTPASSWD = 'ali:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n';

/** A private registry, which wants to know who one is. */
export interface TestRegistry extends AsyncDisposable {
  /** As it stands in image names. */
  readonly host: string;
  /** Puts an image there that the daemon does not have afterwards; returns its name. */
  offer(repository: string): Promise<string>;
}

/** Starts Debian's docker-registry on a free port, with an empty store. */
export async function startRegistry(): Promise<TestRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'tork-registry-'));
  // Daemons take a registry on this address without TLS.
  const host = `127.0.0.1:${await freePort()}`;
  const auth = { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } };
  const config = {
    version: '0.1',
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(folder, 'store') } },
    http: { addr: host },
    auth,
  };
  writeFileSync(auth.htpasswd.path, HTPASSWD);
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config)); // JSON is YAML
  const registry = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  const exited = once(registry, 'exit');
  await eventually(async () => expect((await fetch(`http://${host}/v2/`)).status).toBe(401));
  return {
    host,
    offer: (repository) => offer(`${host}/${repository}`),
    [Symbol.asyncDispose]: async () => {
      registry.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}

async function offer(repository: string): Promise<string> {
  const name = `${repository}:1`;
  const docker = await connectToDaemon();
  try {
    await makeImage(docker, name);
    const answer = await docker.getImage(name).push({ authconfig: REGISTRY_USER });
    for await (const message of answer) if (/"error"/.test(String(message))) throw new Error(String(message));
    return name;
  } finally {
    await docker.getImage(name).remove();
    disconnect(docker);
  }
}
