import { SealedBroker } from '@tork/broker';
import type { Broker } from '@tork/broker';
import { Cipher } from '@tork/datastore';
import type { Datastore } from '@tork/datastore';
import type { Logger } from '@tork/observability';
import { Outbox } from '@tork/outbox';
import type { Runtime } from '@tork/runtime';
import { createBroker, createDatastore, createRuntime } from './adapters';
import { closeInTurn } from './close-in-turn';
import type { EngineConfig } from './config';
import type { Mode, Roles } from './mode';
import type { Registrations } from './registrations';

export interface PortsOptions {
  mode: Mode;
  roles: Roles;
  config: EngineConfig;
  log: Logger;
  registrations: Registrations;
}

/** What the roles of a process share: started adapters, as the mode needs them. */
export interface Ports {
  readonly broker: Broker;
  readonly datastore: Datastore | undefined;
  readonly outbox: Outbox | undefined;
  /** Started and closed by the worker. */
  readonly runtime: Runtime | undefined;
  /** Disconnects, last what the others need. Idempotent. */
  close(): Promise<void>;
}

/** Creates and starts the adapters. When one fails, those before it are closed again. */
export async function openPorts({ config, log, mode, registrations, roles }: PortsOptions): Promise<Ports> {
  const opened: { close(): Promise<void> }[] = [];
  const open = async (port: { start(): Promise<void>; close(): Promise<void> }): Promise<void> => {
    opened.push(port);
    await port.start();
  };
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= closeInTurn(opened.toReversed()));
  try {
    const context = { config, log };
    // All are made before any is started: what is wrong with a setting or a registration shows at once.
    const runtime = roles.worker ? await createRuntime(context, registrations) : undefined;
    const stores = roles.coordinator || roles.api;
    const datastore = stores ? await createDatastore(mode, context, registrations) : undefined;
    const broker = sealed(await createBroker(context, registrations), config, log);
    // First the datastore: whoever cannot store takes no messages.
    if (datastore) await open(datastore);
    await open(broker);
    const outbox = datastore && new Outbox({ broker, datastore, log });
    if (outbox) opened.push(outbox);
    return { broker, datastore, outbox, runtime, close };
  } catch (cause) {
    await close().catch((err: unknown) => log.debug({ err }, 'not everything could be closed after a failed start'));
    throw cause;
  }
}

/** A broker that leaves the process must not be able to read secrets; what stays in memory needs no seal. */
function sealed(broker: Broker, { broker: { type }, datastore: { encryption } }: EngineConfig, log: Logger): Broker {
  return type === 'inmemory' ? broker : new SealedBroker(broker, new Cipher(encryption.key, encryption.keys), log);
}
