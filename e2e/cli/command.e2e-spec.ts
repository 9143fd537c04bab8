import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, spawnProcess, type SpawnedProcess } from '@tork/testing';

// The embedded datastore is created at the first start, which takes its time on a busy machine.
const STARTS_WITHIN_MS = 120_000;
jest.setTimeout(2 * STARTS_WITHIN_MS);

const TORK = join(__dirname, '../../apps/cli/bin/tork.js');

/** Home and working directory of every command; the embedded datastore stays in it from one start to the next. */
const folder = mkdtempSync(join(tmpdir(), 'tork-command-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the built command. */
const tork = (args: string[], env: Record<string, string> = {}): SpawnedProcess =>
  spawnProcess(TORK, args, { cwd: folder, env: { HOME: folder, TORK_CLI_BANNER_MODE: 'off', ...env }, name: 'tork' });

/** `tork run standalone` on free ports, once it is up. */
async function standalone(): Promise<{ process: SpawnedProcess; endpoint: string }> {
  const endpoint = `http://localhost:${await freePort()}`;
  const process = tork(['run', 'standalone'], {
    TORK_COORDINATOR_ADDRESS: new URL(endpoint).host,
    TORK_WORKER_ADDRESS: `localhost:${await freePort()}`,
    TORK_RUNTIME_TYPE: 'shell',
  });
  await process.waitForHttp(`${endpoint}/health`, { timeoutMs: STARTS_WITHIN_MS });
  return { process, endpoint };
}

it('prints its version without loading the engine', async () => {
  const startedAt = Date.now();

  const command = tork(['--version']);

  expect(await command.exited).toEqual({ code: 0, signal: null });
  expect(command.output).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(Date.now() - startedAt).toBeLessThan(2000);
});

it('refuses a mode that there is not', async () => {
  const command = tork(['run', 'bogus']);

  expect(await command.exited).toEqual({ code: 1, signal: null });
  expect(command.stdout).toBe('Unknown mode: bogus\n');
});

it('refuses to start with a configuration that cannot be used', async () => {
  const command = tork(['run', 'standalone'], { TORK_BROKER_TYPE: 'kafka', TORK_LOGGING_LEVEL: 'loud' });

  expect(await command.exited).toEqual({ code: 1, signal: null });
  expect(command.stdout).toContain('invalid logging level: loud');
});

it('runs until it is told to stop, and ends well', async () => {
  const { process, endpoint } = await standalone();
  const health = tork(['health', '--endpoint', endpoint]);

  expect(await health.exited).toEqual({ code: 0, signal: null });
  expect(health.stdout).toBe('Status: UP\n');
  expect(await process.stop({ timeoutMs: 30_000 })).toEqual({ code: 0, signal: null });
});

it('ends at once on a second signal', async () => {
  const { process, endpoint } = await standalone();
  const job = { tasks: [{ name: 'sleep', run: 'sleep 60' }] };
  await fetch(`${endpoint}/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(job),
  });
  const signalledAt = Date.now();

  void process.kill('SIGTERM');
  const { code } = await process.kill('SIGINT');

  expect([130, 143]).toContain(code); // Which of two signals comes first is not for us to say.
  expect(Date.now() - signalledAt).toBeLessThan(5000);
});
