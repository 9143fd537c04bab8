import { describeDatastore } from '../../testing';
import { TypeormDatastore } from '../typeorm.datastore';
import { PgliteBackend } from './pglite.backend';

describeDatastore('embedded PGlite', async () => {
  const datastore = new TypeormDatastore(new PgliteBackend({}));
  await datastore.start();
  return datastore;
});
