import { useServices } from '@tork/testing';
import type { TestDatabase } from '@tork/testing';
import { PostgresBackend } from '../typeorm/postgres/postgres.backend';
import type { PostgresSettings } from '../typeorm/postgres/pool-config';
import { TypeormDatastore } from '../typeorm/typeorm.datastore';
import type { TypeormDatastoreOptions } from '../typeorm/typeorm.datastore';

export const SETTINGS = { maxOpen: 10, maxIdle: 10, maxLifetimeMs: 3_600_000, maxIdleMs: 300_000 };

/** Datastores on a database that is the calling test file's own. */
export interface PostgresDatastores {
  readonly postgres: TestDatabase;
  /** Not started. Closed after the test, unless the test has done so. */
  make(settings?: Partial<PostgresSettings>, options?: TypeormDatastoreOptions): TypeormDatastore;
  start(settings?: Partial<PostgresSettings>, options?: TypeormDatastoreOptions): Promise<TypeormDatastore>;
  /** The database's data source name with more parameters. */
  dsnWith(parameters: string): string;
}

/** For test files that need more of Postgres than the contract does. The schema is there, unless told otherwise. */
export function usePostgresDatastores({ migrated = true } = {}): PostgresDatastores {
  const services = useServices('postgres', {
    prepare: async (dsn) => {
      if (!migrated) return;
      const datastore = new TypeormDatastore(new PostgresBackend({ dsn, ...SETTINGS }));
      await datastore.migrate();
      await datastore.close();
    },
  });
  const made: TypeormDatastore[] = [];
  afterEach(() => Promise.all(made.splice(0).map((datastore) => datastore.close())));

  const make: PostgresDatastores['make'] = (settings = {}, options = {}) => {
    const backend = new PostgresBackend({ dsn: services.postgres.url, ...SETTINGS, ...settings });
    const datastore = new TypeormDatastore(backend, options);
    made.push(datastore);
    return datastore;
  };
  return {
    get postgres() {
      return services.postgres;
    },
    make,
    start: async (settings, options) => {
      const datastore = make(settings, options);
      await datastore.start();
      return datastore;
    },
    dsnWith: (parameters) => `${services.postgres.url}?${parameters}`,
  };
}

/** A promise and what settles it. */
export function signal(): { send: () => void; received: Promise<void> } {
  let send = (): void => undefined;
  const received = new Promise<void>((resolve) => (send = resolve));
  return { send, received };
}
