import type { Broker } from '@tork/broker';
import { TorkError } from '@tork/core';
import type { Datastore } from '@tork/datastore';
import type { JobContext, LogContext, MiddlewareEntry, NodeContext, TaskContext } from '@tork/middleware';
import type { Runtime } from '@tork/runtime';

/** Makes a broker of one's own. */
export type BrokerProvider = () => Broker | Promise<Broker>;
/** Makes a datastore of one's own. */
export type DatastoreProvider = () => Datastore | Promise<Datastore>;

/** Something was registered twice under one name, or after the start. */
export class RegistrationError extends TorkError {
  readonly code = 'INVALID_REGISTRATION';
}

/** What an embedding program adds to the engine before its start. Chains are in order: first registered, outermost. */
export class Registrations {
  readonly chains = {
    job: [] as MiddlewareEntry<JobContext>[],
    task: [] as MiddlewareEntry<TaskContext>[],
    node: [] as MiddlewareEntry<NodeContext>[],
    log: [] as MiddlewareEntry<LogContext>[],
  };
  readonly brokers = new Map<string, BrokerProvider>();
  readonly datastores = new Map<string, DatastoreProvider>();
  runtime: Runtime | undefined;

  addBroker(name: string, provider: BrokerProvider): void {
    if (this.brokers.has(name)) throw new RegistrationError(`a broker named ${name} is registered already`);
    this.brokers.set(name, provider);
  }

  addDatastore(name: string, provider: DatastoreProvider): void {
    if (this.datastores.has(name)) throw new RegistrationError(`a datastore named ${name} is registered already`);
    this.datastores.set(name, provider);
  }

  setRuntime(runtime: Runtime): void {
    if (this.runtime) throw new RegistrationError(`a runtime is registered already: ${this.runtime.name}`);
    this.runtime = runtime;
  }
}
