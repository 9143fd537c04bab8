#!/usr/bin/env node
// Shows Tork at work: starts all of it in one process, with everything it stores in a temporary folder, submits a job
// over REST, prints what its tasks say and what comes of it, and cleans up. Needs nothing but Node.
//
//     npm run quickstart                         # runs examples/hello.yaml
//     npm run quickstart -- path/to/job.yaml
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const STARTS_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 120_000;
const FINAL = new Set(['COMPLETED', 'FAILED', 'CANCELLED']);

/** A reason to stop that needs no stack. */
class Failure extends Error {}

async function quickstart(file) {
  const document = await readFile(file, 'utf8');
  build();
  const folder = await mkdtemp(join(tmpdir(), 'tork-quickstart-'));
  const tork = await startTork(folder);
  const interrupt = () => tork.kill();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    await tork.up();
    const { id, name } = await tork.ask('/jobs', {
      method: 'POST',
      headers: { 'content-type': 'text/yaml' },
      body: document,
    });
    console.log(`submitted ${file} as job ${name ?? ''} ${id}\n`);
    const job = await follow(tork, id);
    console.log(`\n${job.state}${job.result ? `: ${job.result}` : ''}`);
    if (job.state !== 'COMPLETED') throw new Failure(job.error ?? `the job is ${job.state}`);
  } finally {
    await tork.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function build() {
  console.log('building …');
  const args = ['node_modules/typescript-native/bin/tsc', '-b'];
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Failure('the build failed: is everything installed? `npm ci` does that');
}

/** Starts `tork run standalone` that knows nothing of this machine's configuration. */
async function startTork(folder) {
  const [port, healthPort] = [await freePort(), await freePort()];
  const config = join(folder, 'config.toml');
  await writeFile(config, '');
  console.log('starting tork run standalone: API, coordinator and worker in one process …');
  const child = spawn(process.execPath, ['apps/cli/bin/tork.js', 'run', 'standalone'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TORK_CONFIG: config,
      TORK_CLI_BANNER_MODE: 'off',
      TORK_LOGGING_LEVEL: 'warn',
      TORK_BROKER_TYPE: 'inmemory',
      TORK_DATASTORE_TYPE: 'embedded',
      TORK_DATASTORE_EMBEDDED_PATH: join(folder, 'data'),
      TORK_RUNTIME_TYPE: 'shell',
      TORK_COORDINATOR_ADDRESS: `localhost:${port}`,
      TORK_WORKER_ADDRESS: `localhost:${healthPort}`,
    },
  });
  return new Tork(child, `http://localhost:${port}`);
}

class Tork {
  #child;
  #endpoint;
  #output = '';
  #ended;

  constructor(child, endpoint) {
    this.#child = child;
    this.#endpoint = endpoint;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (this.#output += text));
    this.#ended = new Promise((resolve) => child.once('close', resolve));
  }

  async up() {
    const deadline = Date.now() + STARTS_WITHIN_MS;
    for (;;) {
      this.#mustRun();
      const health = await this.ask('/health').catch(() => undefined);
      if (health?.status === 'UP') return;
      if (Date.now() > deadline)
        throw new Failure(`tork is not up after ${STARTS_WITHIN_MS / 1000} s:\n${this.#output}`);
      await sleep(100);
    }
  }

  /** Resolves with the decoded answer of the API; rejects with its message. */
  async ask(path, init = {}) {
    this.#mustRun();
    const response = await fetch(this.#endpoint + path, { ...init, signal: AbortSignal.timeout(10_000) });
    const answer = await response.json();
    if (!response.ok)
      throw new Failure(`${init.method ?? 'GET'} ${path} answered ${response.status}: ${answer.message}`);
    return answer;
  }

  kill() {
    this.#child.kill('SIGKILL');
  }

  async stop() {
    const timer = setTimeout(() => this.kill(), 10_000);
    this.#child.kill('SIGTERM');
    await this.#ended;
    clearTimeout(timer);
  }

  #mustRun() {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) return;
    throw new Failure(`tork ended with ${signalCode ?? exitCode}:\n${this.#output}`);
  }
}

/** Prints the output of the job's tasks as it comes, until the job has ended; resolves with the job. */
async function follow(tork, id) {
  const printed = new Set();
  const log = async () => (await tork.ask(`/jobs/${id}/log?size=100`)).items.reverse();
  const deadline = Date.now() + ENDS_WITHIN_MS;
  for (;;) {
    // First the log, then the job: so the job knows every task that has said something.
    const parts = await log();
    const job = await tork.ask(`/jobs/${id}`);
    printNew(parts, job, printed);
    if (FINAL.has(job.state)) {
      printNew(await log(), job, printed);
      return job;
    }
    if (Date.now() > deadline) throw new Failure(`the job is still ${job.state} after ${ENDS_WITHIN_MS / 1000} s`);
    await sleep(150);
  }
}

function printNew(parts, job, printed) {
  const names = new Map(job.execution.map((task) => [task.id, task.name]));
  for (const { id, taskId, contents } of parts) {
    if (printed.has(id)) continue;
    printed.add(id);
    for (const line of contents.trimEnd().split('\n')) console.log(`  ${names.get(taskId)} | ${line}`);
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, 'localhost', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

try {
  await quickstart(process.argv[2] ?? 'examples/hello.yaml');
} catch (error) {
  console.error(error instanceof Failure || error.code === 'ENOENT' ? `quickstart: ${error.message}` : error);
  process.exitCode = 1;
}
