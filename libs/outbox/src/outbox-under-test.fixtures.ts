import type { OutgoingMessage } from '@tork/core';
import type { OutboxRow } from '@tork/datastore';
import { PostgresBackend, TypeormDatastore } from '@tork/datastore/typeorm';
import { useServices } from '@tork/testing';

/** A store for all tests of a file. */
export interface Store {
  readonly datastore: TypeormDatastore;
  /** Commits messages, as any transaction would. */
  write(...messages: OutgoingMessage[]): Promise<OutboxRow[]>;
  /** The bodies of what is in the outbox, in order. */
  left(): Promise<unknown[]>;
}

export function useStore(): Store {
  const services = useServices('postgres');
  let datastore: TypeormDatastore;

  beforeAll(async () => {
    const pool = { maxOpen: 5, maxIdle: 5, maxIdleMs: 60_000, maxLifetimeMs: 600_000 };
    datastore = new TypeormDatastore(new PostgresBackend({ dsn: services.postgres.url, ...pool }));
    await datastore.start();
    await datastore.migrate();
  });
  beforeEach(() => services.postgres.sql('TRUNCATE outbox'));
  afterAll(() => datastore.close());

  return {
    get datastore() {
      return datastore;
    },
    write: (...messages) => datastore.transaction((tx) => tx.write({ outbox: messages })),
    left: async () => (await services.postgres.sql('SELECT body FROM outbox ORDER BY id')).map(({ body }) => body),
  };
}
