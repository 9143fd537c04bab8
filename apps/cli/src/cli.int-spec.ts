import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Engine, engineConfig } from '@tork/engine';
import type { EngineConfig } from '@tork/engine';
import { eventually, freePort } from '@tork/testing';
import { execute } from './execute';
import type { Terminal } from './terminal';

let folder: string;
let config: EngineConfig;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tork-cli-'));
  config = engineConfig.parse({
    cli: { banner: { mode: 'console' } },
    logging: { level: 'error' },
    datastore: { type: 'embedded', embedded: { path: folder } },
    coordinator: { address: `localhost:${await freePort()}` },
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A terminal in an empty folder, and what is written to it. */
function terminal(): Terminal & { lines: string[] } {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  return { env: {}, cwd: folder, home: folder, out: write, err: write, input: Readable.from([]), lines };
}

it('runs the engine that it is given, with the mode and the configuration of the command line', async () => {
  const engine = new Engine();
  engine.registerEndpoint('GET', '/myendpoint', (ctx) => ctx.string(200, 'Hello'));
  const { lines, ...screen } = terminal();

  const running = execute(['run', 'coordinator'], screen, { engine, config });
  try {
    const url = await eventually(() => engine.url ?? Promise.reject(new Error('not up')), { timeoutMs: 60_000 });
    const answer = await fetch(`${url}/myendpoint`);

    expect(await answer.text()).toBe('Hello');
    expect(new URL(url).port).toBe(new URL(`http://${config.coordinator.address}`).port);
    expect(lines.join('\n')).toContain('######');
  } finally {
    await engine.terminate();
  }
  expect(await running).toBe(0); // whoever ends the engine ends the command
});

it('says why an engine cannot run a second time', async () => {
  const engine = new Engine();
  await engine.terminate();
  const { lines, ...screen } = terminal();

  const code = await execute(['run', 'standalone'], screen, { engine, config });

  expect(code).toBe(1);
  expect(lines.at(-1)).toBe('configure: the engine is TERMINATED, not IDLE');
});
