import { useServices } from '@tork/testing';
import { describeDatastore } from '../../testing';
import { TypeormDatastore } from '../typeorm.datastore';
import { PostgresBackend } from './postgres.backend';

const services = useServices('postgres');

const settings = { maxOpen: 10, maxIdle: 10, maxLifetimeMs: 3_600_000, maxIdleMs: 300_000 };
const connect = () => new TypeormDatastore(new PostgresBackend({ dsn: services.postgres.url, ...settings }));

describeDatastore('Postgres', async () => {
  const datastore = connect();
  await datastore.start();
  await datastore.migrate();
  return datastore;
});
