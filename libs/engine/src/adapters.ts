import type { Broker } from '@tork/broker';
import { ConfigError } from '@tork/config';
import { DEFAULT_DSN } from '@tork/datastore';
import type { Datastore } from '@tork/datastore';
import type { Runtime } from '@tork/runtime';
import type { EngineConfig } from './config';
import type { Mode } from './mode';
import { RegistrationError, expectMethods } from './registration-error';
import type { ProviderContext, Registrations } from './registrations';

/* Adapters are loaded when they are chosen: a shell worker never loads Docker's client, nor a Postgres user PGlite. */

/** Enough to tell a broker or a datastore from what a provider returned by mistake. */
const BROKER_METHODS = ['start', 'publish', 'consume', 'consumeBatches', 'subscribeEvents', 'health', 'close'];
const DATASTORE_METHODS = ['start', 'transaction', 'health', 'close'];

/** The datastore that `datastore.type` names. Where nothing names one, standalone has its own; the others use Postgres. */
export const datastoreTypeOf = (mode: Mode, { datastore }: EngineConfig): string =>
  datastore.type ?? (mode === 'standalone' && datastore.postgres.dsn === undefined ? 'embedded' : 'postgres');

/** No other process can share what this one works on: nothing that an earlier one left is still under way elsewhere. */
export const isAlone = (mode: Mode, config: EngineConfig): boolean =>
  mode === 'standalone' && config.broker.type === 'inmemory' && datastoreTypeOf(mode, config) === 'embedded';

export async function createBroker(context: ProviderContext, registrations: Registrations): Promise<Broker> {
  const { log } = context;
  const { broker } = context.config;
  const provider = registrations.brokers.get(broker.type);
  if (provider) {
    const made = await provider(context);
    expectMethods(`what the broker provider ${broker.type} makes`, made, BROKER_METHODS);
    return made;
  }
  switch (broker.type) {
    case 'inmemory': {
      const { MemoryBroker } = await import('@tork/broker/memory');
      return new MemoryBroker({ log });
    }
    case 'rabbitmq': {
      const { RabbitmqBroker } = await import('@tork/broker/rabbitmq');
      const { consumer, durable, management, queue, url } = broker.rabbitmq;
      return new RabbitmqBroker({
        url,
        managementUrl: management.url || undefined,
        queues: { durable: durable.queues, type: queue.type, consumerTimeoutMs: consumer.timeout },
        log,
      });
    }
    default:
      throw unknownType('broker.type', `invalid broker type: ${broker.type}`);
  }
}

export async function createDatastore(
  mode: Mode,
  context: ProviderContext,
  registrations: Registrations,
): Promise<Datastore> {
  const type = datastoreTypeOf(mode, context.config);
  const provider = registrations.datastores.get(type);
  if (!provider) return createOwnDatastore(mode, context.config);
  const made = await provider(context);
  expectMethods(`what the datastore provider ${type} makes`, made, DATASTORE_METHODS);
  return made;
}

/** One of Tork's own. */
export async function createOwnDatastore(mode: Mode, config: EngineConfig): Promise<Datastore> {
  const type = datastoreTypeOf(mode, config);
  const { embedded, encryption, postgres } = config.datastore;
  const secrets = { encryptionKey: encryption.key, formerKeys: encryption.keys };
  switch (type) {
    case 'embedded': {
      const { PgliteBackend, TypeormDatastore } = await import('@tork/datastore/typeorm');
      return new TypeormDatastore(new PgliteBackend({ folder: embedded.path }), secrets);
    }
    case 'postgres': {
      const { PostgresBackend, TypeormDatastore } = await import('@tork/datastore/typeorm');
      const backend = new PostgresBackend({
        dsn: postgres.dsn ?? DEFAULT_DSN,
        maxOpen: postgres.max_open_conns,
        maxIdle: postgres.max_idle_conns,
        maxLifetimeMs: postgres.conn_max_lifetime,
        maxIdleMs: postgres.conn_max_idle_time,
      });
      return new TypeormDatastore(backend, secrets);
    }
    default:
      throw unknownType('datastore.type', `unknown datastore type: ${type}`);
  }
}

export async function createRuntime({ config, log }: ProviderContext, registrations: Registrations): Promise<Runtime> {
  const { runtime } = registrations;
  checkMounters(registrations);
  if (runtime) {
    runtime.useMounters?.(registrations.mountersOf(runtime.name));
    return runtime;
  }
  const { mounts, runtime: settings } = config;
  switch (settings.type) {
    case 'shell': {
      const { ShellRuntime } = await import('@tork/runtime/shell');
      return new ShellRuntime({ ...settings.shell, logger: log });
    }
    case 'docker': {
      const { DockerRuntime } = await import('@tork/runtime/docker');
      return new DockerRuntime({
        ...settings.docker,
        bind: mounts.bind,
        mounters: registrations.mountersOf('docker'),
        logger: log,
      });
    }
    case 'podman': {
      const { DockerRuntime } = await import('@tork/runtime/docker');
      const { host, privileged } = settings.podman;
      return new DockerRuntime({
        name: 'podman',
        privileged,
        hostNetwork: host.network,
        bind: mounts.bind,
        mounters: registrations.mountersOf('podman'),
        logger: log,
      });
    }
    default:
      throw unknownType('runtime.type', `unknown runtime type: ${settings.type}`);
  }
}

/**
 * Mounters that nobody will ask are refused. Those for Docker or Podman may wait for another configuration; the shell has
 * no mounts.
 */
function checkMounters({ mounters, runtime }: Registrations): void {
  const known = ['docker', 'podman', ...(runtime?.useMounters ? [runtime.name] : [])];
  for (const name of mounters.keys()) {
    if (known.includes(name)) continue;
    const types = Object.keys(mounters.get(name)!).join(', ');
    throw new RegistrationError(
      `mounter ${types}: expected a runtime with mounts (${known.join(', ')}), found ${name}`,
    );
  }
}

const unknownType = (key: string, message: string): ConfigError =>
  ConfigError.of([{ key, message, origin: undefined }]);
