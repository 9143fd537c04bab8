#!/usr/bin/env node
// Runs every test: brings the services up, builds (the e2e tests run what is built), then unit and integration tests,
// then the e2e tests. Further arguments go to Jest, e.g. `npm test -- libs/broker` or `-- -t 'cancels'`.
import { spawnSync } from 'node:child_process';
import { ensureServices, ServiceMissingError } from './services.mjs';

const JEST = 'node_modules/jest/bin/jest.js';
const TSC = 'node_modules/typescript-native/bin/tsc';

/** Runs a Node script and returns its exit code. */
function node(args, env = {}) {
  const { status, error } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (error) throw error;
  return status ?? 1;
}

/**
 * Jest takes everything that follows `--selectProjects` for a project, so the caller's arguments come first. A part of
 * the tests may well have none in one of the projects; all of them may not.
 */
function jest(args, services) {
  const given = process.argv.slice(2);
  const partial = given.length > 0 ? ['--passWithNoTests'] : [];
  return node([JEST, ...given, ...partial, ...args], services);
}

async function main() {
  const services = await ensureServices();
  const built = node([TSC, '-b']);
  if (built !== 0) return built;

  const given = process.argv.slice(2).join(' ');
  if (given.includes('--selectProjects')) return jest([], services);
  const workers = /(^|\s)(-w|-i|--maxWorkers|--runInBand)/.test(given) ? [] : ['--maxWorkers=2'];
  const codes = [
    jest([...workers, '--selectProjects', 'unit', 'integration'], services),
    jest([...workers, '--selectProjects', 'e2e'], services),
  ];
  return Math.max(...codes);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof ServiceMissingError ? error.message : error);
  process.exitCode = 1;
}
