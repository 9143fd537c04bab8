import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Whether services can be installed and started here. */
export const isRootOnDebian = () => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

/**
 * Runs a command to its end and returns its standard output. Rejects with its last lines when it fails, or when it has
 * not ended after `timeoutMs`.
 */
export function run(command, args, { timeoutMs = 60_000, env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let both = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      both += chunk;
    });
    child.stderr.on('data', (chunk) => (both += chunk));
    child.once('error', reject);
    // `exit`, not `close`: a daemon that the command starts keeps the pipes open.
    child.once('exit', (code, signal) => {
      child.stdout.destroy();
      child.stderr.destroy();
      if (code === 0) return resolve(stdout);
      const how = signal ? `was killed after ${timeoutMs} ms` : `failed with exit code ${code}`;
      reject(new Error(`${[command, ...args].join(' ')} ${how}:\n${both.trim().split('\n').slice(-15).join('\n')}`));
    });
  });
}

/** Installs packages without what they only recommend. Waits for another apt that holds the lock. */
export async function install(packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const lock = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=3'];
  await run('apt-get', [...lock, 'update'], { env, timeoutMs: 180_000 });
  await run('apt-get', [...lock, 'install', '-y', '--no-install-recommends', ...packages], {
    env,
    timeoutMs: 600_000,
  });
}
