#!/usr/bin/env node
// Brings up the services that the tests use: those that the environment names, else those of this machine, which are
// installed and started first where that can be done. Prints nothing and takes half a second when all are running.
import { pathToFileURL } from 'node:url';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { install, isRootOnDebian } from './services/debian.mjs';
import { docker } from './services/docker.mjs';
import { postgres } from './services/postgres.mjs';
import { rabbitmq } from './services/rabbitmq.mjs';

const SERVICES = [postgres, rabbitmq, docker];

/** Programs that tests run, by the package that has them. */
const TOOLS = {
  'busybox-static': '/bin/busybox',
  curl: '/usr/bin/curl',
  'docker-compose': '/usr/bin/docker-compose',
  'docker-registry': '/usr/bin/docker-registry',
  podman: '/usr/bin/podman',
};

const STARTS_WITHIN_MS = 90_000;

/** A sentence for whoever runs the tests; not a fault of the script. */
export class ServiceMissingError extends Error {}

/**
 * Resolves once every service answers, with the variables that say where. Rejects with {@link ServiceMissingError}.
 */
export async function ensureServices() {
  const checked = await Promise.all(SERVICES.map(async (service) => ({ service, failure: await failureOf(service) })));
  const missing = checked.filter(({ failure }) => failure);
  for (const { service, failure } of missing) refuseUnlessStartable(service, failure);

  await installWhatIsMissing(missing.map(({ service }) => service));
  await Promise.all(missing.map(({ service }) => start(service)));
  return Object.fromEntries(SERVICES.map((service) => [service.variable, urlOf(service)]));
}

const urlOf = ({ variable, standard }) => process.env[variable] || standard;

/** Why a service cannot be used, or `undefined` when it can. */
const failureOf = (service) =>
  service.check(urlOf(service)).then(
    () => undefined,
    (error) => error,
  );

function refuseUnlessStartable({ name, variable, standard }, failure) {
  const cause = failure.message || failure.code;
  if (process.env[variable]) {
    throw new ServiceMissingError(`${variable} names a ${name} that cannot be used: ${cause}.`);
  }
  if (!isRootOnDebian()) {
    throw new ServiceMissingError(
      `The tests need ${name}, and ${new URL(standard).host || standard} cannot be used (${cause}): ` +
        `start one and name it in ${variable}, or run this as root on Debian or Ubuntu, where it is installed and started.`,
    );
  }
}

async function installWhatIsMissing(services) {
  if (!isRootOnDebian()) return;
  const packages = services.filter((service) => !service.isInstalled()).flatMap((service) => service.packages);
  packages.push(...Object.keys(TOOLS).filter((name) => !existsSync(TOOLS[name])));
  if (packages.length === 0) return;
  console.error(`services: installing ${packages.join(', ')}`);
  await install(packages);
}

async function start(service) {
  // A package's own script may have started it.
  if (!(await failureOf(service))) return;
  console.error(`services: starting ${service.name}`);
  await service.start();
  const deadline = Date.now() + STARTS_WITHIN_MS;
  for (;;) {
    const failure = await failureOf(service);
    if (!failure) return;
    if (Date.now() > deadline) {
      const hint = service.hint ? `; ${service.hint}` : '';
      throw new ServiceMissingError(
        `${service.name} was started and cannot be used after ${STARTS_WITHIN_MS / 1000} s: ${failure.message}${hint}.`,
      );
    }
    await sleep(200);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await ensureServices();
  } catch (error) {
    console.error(error instanceof ServiceMissingError ? error.message : error);
    process.exitCode = 1;
  }
}
