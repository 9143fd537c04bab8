import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@tork/testing';

/**
 * Without the right to raise limits, Podman starts containers only with limits below those of this process. Hard and
 * soft ones are the same, because the API of Podman 4.3 takes one for the other.
 */
const CONTAINERS_CONF = '[containers]\ndefault_ulimits=["nofile=4096:4096","nproc=2048:2048"]\n';

/** Podman's API on a socket of its own, with a store of its own. */
export interface TestPodman extends AsyncDisposable {
  readonly socketPath: string;
}

/** Needs root. */
export async function startPodman(): Promise<TestPodman> {
  const folder = mkdtempSync(join(tmpdir(), 'tork-podman-'));
  const socketPath = join(folder, 'podman.sock');
  writeFileSync(join(folder, 'containers.conf'), CONTAINERS_CONF);
  const store = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--cgroup-manager', 'cgroupfs'];
  const env = { ...process.env, CONTAINERS_CONF: join(folder, 'containers.conf') };
  const podman = spawn('podman', [...store, 'system', 'service', '--time=0', `unix://${socketPath}`], {
    stdio: 'ignore',
    env,
  });
  const exited = once(podman, 'exit');
  await eventually(() => expect(existsSync(socketPath)).toBe(true));
  return {
    socketPath,
    [Symbol.asyncDispose]: async () => {
      podman.kill('SIGTERM');
      await exited;
      await once(spawn('podman', [...store, 'system', 'reset', '--force'], { stdio: 'ignore', env }), 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
