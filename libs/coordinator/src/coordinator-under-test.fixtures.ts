import type { Broker } from '@tork/broker';
import type { MeteredExpressions } from '@tork/core';
import { PostgresBackend, TypeormDatastore } from '@tork/datastore/typeorm';
import type { TypeormDatastoreOptions } from '@tork/datastore/typeorm';
import { silentLogger } from '@tork/observability';
import { Outbox } from '@tork/outbox';
import type { TestDatabase } from '@tork/testing';
import { useServices } from '@tork/testing';
import { coordinatorConfig } from './config';
import { Coordinator } from './coordinator';
import type { CoordinatorOptions } from './coordinator';

/** Reads no expressions: for tests whose documents have none. */
export const noExpressions = (): MeteredExpressions => ({
  render: (text: string) => text,
  value: (text: string) => text,
  condition: (text: string) => text,
  refill: () => undefined,
});

/** A store on a database of its own, for all tests of a file. */
export interface Store {
  readonly datastore: TypeormDatastore;
  readonly sql: TestDatabase['sql'];
  /** Another one on the same database, for a while. */
  using<T>(options: TypeormDatastoreOptions, use: (datastore: TypeormDatastore) => Promise<T>): Promise<T>;
}

export function useStore(): Store {
  const services = useServices('postgres');
  let datastore: TypeormDatastore;

  const open = async (options?: TypeormDatastoreOptions) => {
    const { url: dsn } = services.postgres;
    const pool = { maxOpen: 5, maxIdle: 5, maxIdleMs: 60_000, maxLifetimeMs: 600_000 };
    const opened = new TypeormDatastore(new PostgresBackend({ dsn, ...pool }), options);
    await opened.start();
    return opened;
  };
  beforeAll(async () => {
    datastore = await open();
    await datastore.migrate();
  });
  afterAll(() => datastore.close());

  return {
    get datastore() {
      return datastore;
    },
    get sql() {
      return services.postgres.sql;
    },
    using: async (options, use) => {
      const another = await open(options);
      return use(another).finally(() => another.close());
    },
  };
}

/** A coordinator that has its broker to itself; `config` as in a file. Whoever starts it closes it. */
export function makeCoordinator(
  broker: Broker,
  datastore: TypeormDatastore,
  { config, ...options }: { config?: object } & Partial<Omit<CoordinatorOptions, 'config'>> = {},
): { coordinator: Coordinator; outbox: Outbox } {
  const log = silentLogger();
  const outbox = new Outbox({ datastore, broker, log });
  const coordinator = new Coordinator({
    version: 'test',
    config: coordinatorConfig.parse(config ?? {}),
    retention: { logsMs: 1e9, jobsMs: 1e9 },
    alone: false,
    ownBroker: true,
    broker,
    datastore,
    outbox,
    createExpressions: noExpressions,
    chains: { job: [], task: [], node: [] },
    log,
    ...options,
  });
  return { coordinator, outbox };
}
