import { describeDatastore } from '../../testing';
import { SETTINGS, usePostgresDatastores } from '../../testing/postgres-datastores';
import { PostgresBackend } from '../postgres/postgres.backend';
import { TypeormDatastore } from '../typeorm.datastore';

const datastores = usePostgresDatastores();

describeDatastore('Postgres with a key', async () => {
  const backend = new PostgresBackend({ dsn: datastores.postgres.url, ...SETTINGS });
  const datastore = new TypeormDatastore(backend, { encryptionKey: 'a key' });
  await datastore.start();
  return datastore;
});
