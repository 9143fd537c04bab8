#!/usr/bin/env node
// Asks a server that it starts what the original was asked, and compares the answers.
//
//     npm run conformance                          # suite core, shell runtime
//     npm run conformance -- --only '^(http|list)/' --parallel 8
//
// The scenarios and the records are not part of this repository: they are looked for in $TORK_CONFORMANCE_DIR, else in
// ../shared/conformance. Without them there is nothing to do, and that is no failure. Arguments go to their runner.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const suite = process.env.TORK_CONFORMANCE_DIR ?? '../shared/conformance';
const STARTS_WITHIN_MS = 60_000;

async function freePort() {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

/** The server that the records were made with: standalone, in-memory broker, 24 slots, everything else default. */
async function startTork(folder) {
  const [port, workerPort] = [await freePort(), await freePort()];
  await writeFile(join(folder, 'config.toml'), '');
  const child = spawn(process.execPath, ['apps/cli/bin/tork.js', 'run', 'standalone'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TORK_CONFIG: join(folder, 'config.toml'),
      TORK_CLI_BANNER_MODE: 'off',
      TORK_LOGGING_LEVEL: process.env.TORK_LOGGING_LEVEL ?? 'error',
      TORK_DATASTORE_TYPE: 'embedded',
      TORK_DATASTORE_EMBEDDED_PATH: join(folder, 'data'),
      TORK_RUNTIME_TYPE: 'shell',
      TORK_WORKER_QUEUES_DEFAULT: '24',
      TORK_COORDINATOR_ADDRESS: `localhost:${port}`,
      TORK_WORKER_ADDRESS: `localhost:${workerPort}`,
    },
  });
  const base = `http://localhost:${port}`;
  for (const deadline = Date.now() + STARTS_WITHIN_MS; ;) {
    if (child.exitCode !== null) throw new Error(`tork exited with ${child.exitCode}`);
    if ((await fetch(`${base}/health`).catch(() => undefined))?.ok) return { base, child };
    if (Date.now() > deadline) throw new Error(`tork did not start within ${STARTS_WITHIN_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function node(args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  return once(child, 'exit').then(([code]) => code ?? 1);
}

/** `--only` is for both: the runner runs these scenarios, and the comparison looks at no others. */
function onlyOf(args) {
  const at = args.indexOf('--only');
  return at < 0 ? [] : args.slice(at, at + 2);
}

async function main(args) {
  if (!existsSync(join(suite, 'run.mjs'))) {
    console.log(`no conformance suite in ${suite}: nothing to compare`);
    return 0;
  }
  const folder = await mkdtemp(join(tmpdir(), 'tork-conformance-'));
  const { base, child } = await startTork(folder);
  try {
    const ours = join(folder, 'ours.json');
    await node([
      join(suite, 'run.mjs'),
      '--base',
      base,
      '--runtime',
      'shell',
      '--out',
      ours,
      '--parallel',
      '8',
      ...args,
    ]);
    const records = (await readdir(join(suite, 'record'))).filter((name) => /^core-shell-\d+\.json$/.test(name));
    const noise = records.flatMap((name) => ['--noise', join(suite, 'record', name)]);
    const compare = [join(suite, 'compare.mjs'), join(suite, 'record/core-shell.json'), ours, ...noise];
    return await node([...compare, '--expected', join(suite, 'deviations.json'), ...onlyOf(args)]);
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    await rm(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
