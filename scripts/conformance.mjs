#!/usr/bin/env node
// Asks a server that it starts what the original was asked, and compares the answers.
//
//     npm run conformance                          # suite core, shell runtime
//     npm run conformance -- --only '^(http|list)/' --parallel 8
//     npm run conformance -- --suite auth          # or keyauth, cors: a server with that middleware
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

const USER = { username: 'conformance', password: 'a password of its own' };
const KEY = 'a-key-of-its-own';

/**
 * What each suite needs: settings of the server, arguments of the runner, and what is done with a server without these
 * settings first.
 */
const SUITES = {
  core: { record: 'core-shell' },
  auth: {
    record: 'auth',
    env: { TORK_MIDDLEWARE_WEB_BASICAUTH_ENABLED: 'true' },
    args: ['--user', USER.username, '--password', USER.password],
    prepare: makeUser,
  },
  keyauth: {
    record: 'keyauth',
    env: { TORK_MIDDLEWARE_WEB_KEYAUTH_ENABLED: 'true', TORK_MIDDLEWARE_WEB_KEYAUTH_KEY: KEY },
    args: ['--key', KEY],
  },
  cors: { record: 'cors', env: { TORK_MIDDLEWARE_WEB_CORS_ENABLED: 'true' } },
};

async function makeUser(base) {
  const { status } = await fetch(`${base}/users`, { method: 'POST', body: JSON.stringify(USER) });
  if (status !== 200) throw new Error(`POST /users: ${status}`);
}

async function freePort() {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

/** The server that the records were made with: standalone, in-memory broker, 24 slots, else default but for `env`. */
async function startTork(folder, env) {
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
      ...env,
    },
  });
  const base = `http://localhost:${port}`;
  for (const deadline = Date.now() + STARTS_WITHIN_MS; ;) {
    if (child.exitCode !== null) throw new Error(`tork exited with ${child.exitCode}`);
    const answer = await fetch(`${base}/health`).catch(() => undefined);
    if (answer && answer.status < 500) return { base, child };
    if (Date.now() > deadline) throw new Error(`tork did not start within ${STARTS_WITHIN_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function stop(child) {
  child.kill('SIGTERM');
  if (child.exitCode === null) await once(child, 'exit');
}

function node(args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  return once(child, 'exit').then(([code]) => code ?? 1);
}

/** The value of an option of the runner that matters here, too. */
function optionOf(args, name) {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}

async function main(args) {
  if (!existsSync(join(suite, 'run.mjs'))) {
    console.log(`no conformance suite in ${suite}: nothing to compare`);
    return 0;
  }
  const name = optionOf(args, '--suite') ?? 'core';
  const chosen = SUITES[name];
  if (!chosen) throw new Error(`--suite: expected one of ${Object.keys(SUITES).join(', ')}, found ${name}`);
  const folder = await mkdtemp(join(tmpdir(), 'tork-conformance-'));
  try {
    if (chosen.prepare) {
      const { base, child } = await startTork(folder, {});
      await chosen.prepare(base).finally(() => stop(child));
    }
    const { base, child } = await startTork(folder, chosen.env);
    return await compare(base, join(folder, 'ours.json'), chosen, args).finally(() => stop(child));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(base, ours, chosen, args) {
  const options = ['--base', base, '--runtime', 'shell', '--out', ours, '--parallel', '8'];
  const code = await node([join(suite, 'run.mjs'), ...options, ...(chosen.args ?? []), ...args]);
  if (!existsSync(ours)) return code; // a list or the help was asked for, or nothing could be run
  const records = await readdir(join(suite, 'record'));
  const again = new RegExp(`^${chosen.record}-\\d+\\.json$`);
  const noise = records.filter((name) => again.test(name)).flatMap((name) => ['--noise', join(suite, 'record', name)]);
  // The runner runs these scenarios, and the comparison looks at no others.
  const only = optionOf(args, '--only');
  return node([
    join(suite, 'compare.mjs'),
    join(suite, `record/${chosen.record}.json`),
    ours,
    ...noise,
    '--expected',
    join(suite, 'deviations.json'),
    ...(only === undefined ? [] : ['--only', only]),
  ]);
}

process.exitCode = await main(process.argv.slice(2));
