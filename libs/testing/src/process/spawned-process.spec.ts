import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port';
import { spawnProcess } from './spawned-process';

const folder = mkdtempSync(join(tmpdir(), 'tork-spawn-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a script and returns its path. */
function script(code: string): string {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.js`);
  writeFileSync(path, code);
  return path;
}

const forever = `setInterval(() => {}, 1000);`;

it('collects the output and how it ended', async () => {
  await using process = spawnProcess(
    script(`console.log('out', process.argv[2]); console.error('err'); process.exitCode = 3`),
    ['argument'],
  );

  expect(await process.exited).toEqual({ code: 3, signal: null });
  expect(process.stdout).toBe('out argument\n');
  expect(process.stderr).toBe('err\n');
  expect(process.output).toHaveLength('out argument\nerr\n'.length);
});

it('gives the process only the environment it is told', async () => {
  await using process = spawnProcess(script(`console.log(Object.keys(globalThis.process.env).sort().join())`), [], {
    env: { TORK_BROKER_TYPE: 'inmemory' },
  });

  await process.exited;
  expect(process.stdout.trim().split(',')).toEqual(['HOME', 'PATH', 'TORK_BROKER_TYPE']);
});

it('waits for a line', async () => {
  await using process = spawnProcess(script(`setTimeout(() => console.log('listening on 8000'), 50); ${forever}`));

  expect((await process.waitForOutput(/listening on (\d+)/))[1]).toBe('8000');
});

it('says what was printed when the process ends before the line came', async () => {
  await using process = spawnProcess(script(`console.log('port in use'); process.exitCode = 1`), [], { name: 'api' });

  await expect(process.waitForOutput(/listening/)).rejects.toThrow(
    'api ended with 1 before it printed /listening/:\nport in use',
  );
});

it('says what was printed when the line does not come in time', async () => {
  await using process = spawnProcess(script(`console.log('busy'); ${forever}`), [], { name: 'api' });
  await process.waitForOutput(/busy/);

  await expect(process.waitForOutput(/listening/, { timeoutMs: 50 })).rejects.toThrow(
    'api had not printed /listening/ within 50 ms:\nbusy',
  );
});

it('waits until a URL answers with success', async () => {
  const port = await freePort();
  await using process = spawnProcess(
    script(`let calls = 0;
      require('http').createServer((_, res) => { res.statusCode = ++calls < 3 ? 503 : 200; res.end(String(calls)); })
        .listen(${port}, '127.0.0.1');`),
  );

  await process.waitForHttp(`http://127.0.0.1:${port}/health`);

  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('4');
});

it('kills at once', async () => {
  await using process = spawnProcess(script(`process.on('SIGTERM', () => {}); console.log('up'); ${forever}`));
  await process.waitForOutput(/up/);

  expect(await process.kill()).toEqual({ code: null, signal: 'SIGKILL' });
});

it('stops by asking, also a frozen process, and kills one that does not listen', async () => {
  await using polite = spawnProcess(
    script(`process.on('SIGTERM', () => process.exit(0)); console.log('up'); ${forever}`),
  );
  await using deaf = spawnProcess(script(`process.on('SIGTERM', () => {}); console.log('up'); ${forever}`));
  await Promise.all([polite.waitForOutput(/up/), deaf.waitForOutput(/up/)]);
  polite.freeze();

  expect(await polite.stop()).toEqual({ code: 0, signal: null });
  expect(await deaf.stop({ timeoutMs: 50 })).toEqual({ code: null, signal: 'SIGKILL' });
});

it('freezes and thaws', async () => {
  const port = await freePort();
  await using process = spawnProcess(
    script(`require('http').createServer((_, res) => res.end()).listen(${port}, '127.0.0.1')`),
  );
  await process.waitForHttp(`http://127.0.0.1:${port}`);

  process.freeze();

  await expect(process.waitForHttp(`http://127.0.0.1:${port}`, { timeoutMs: 100 })).rejects.toThrow('within 100 ms');
  process.thaw();
  await process.waitForHttp(`http://127.0.0.1:${port}`);
});
