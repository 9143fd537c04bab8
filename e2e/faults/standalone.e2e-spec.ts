import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort, spawnProcess } from '@tork/testing';
import { Client, allCompleted } from '../harness/client';
import { CLI } from '../harness/cluster';

/** `tork run standalone` with its data in a folder; each call is a process on the same data. */
async function standalone(folder: string) {
  const port = await freePort();
  writeFileSync(join(folder, 'config.toml'), '');
  const process = spawnProcess(CLI, ['run', 'standalone'], {
    name: 'standalone',
    env: {
      TORK_CONFIG: join(folder, 'config.toml'),
      TORK_CLI_BANNER_MODE: 'off',
      TORK_LOGGING_LEVEL: 'info',
      TORK_DATASTORE_TYPE: 'embedded',
      TORK_DATASTORE_EMBEDDED_PATH: join(folder, 'data'),
      TORK_RUNTIME_TYPE: 'shell',
      TORK_WORKER_QUEUES_DEFAULT: '4',
      TORK_WORKER_ADDRESS: `localhost:${await freePort()}`,
      TORK_COORDINATOR_ADDRESS: `localhost:${port}`,
    },
  });
  const client = new Client(`http://localhost:${port}`);
  await process.waitForHttp(`${client.base}/health`, { timeoutMs: 60_000 });
  return { client, process };
}

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tork-e2e-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('jobs under way complete after standalone was killed and started again on the same folder', async () => {
  const first = await standalone(folder);
  const submit = (n: number) =>
    first.client.submit({
      name: `job ${n}`,
      tasks: [
        { name: 'a', var: 'a', run: `sleep 0.2; printf ${n} > "$TORK_OUTPUT"` },
        { name: 'b', var: 'b', env: { A: '{{ tasks.a }}' }, run: 'sleep 0.2; printf "$A!" > "$TORK_OUTPUT"' },
      ],
      output: '{{ tasks.b }}',
    });
  const ids = await Promise.all(Array.from({ length: 30 }, (_, n) => submit(n)));
  await eventually(async () => {
    const states = await Promise.all(ids.map(async (id) => (await first.client.job(id)).state));
    expect(states.filter((state) => state === 'COMPLETED').length).toBeGreaterThan(2);
  });
  await first.process.kill('SIGKILL');

  const second = await standalone(folder);
  const jobs = await allCompleted(second.client, ids, 60_000);

  expect(jobs.map(({ result }) => result)).toEqual(ids.map((_, n) => `${n}!`));
  for (const { execution } of jobs) expect(execution.map(({ state }) => state)).toEqual(['COMPLETED', 'COMPLETED']);
  expect((await second.process.stop()).code).toBe(0);
}, 180_000);

it('a second process on the same folder is refused with the reason', async () => {
  const { process } = await standalone(folder);

  await expect(standalone(folder)).rejects.toThrow(/in use/);

  expect((await process.stop()).code).toBe(0);
}, 120_000);
