import { createOwnDatastore } from './adapters';
import { loadEngineConfig } from './config';
import type { EngineConfig } from './config';

/**
 * Writes all that may hold secrets in the configured datastore (Postgres, unless `datastore.type` says otherwise) anew
 * with `datastore.encryption.key`, while others go on working with it. Resolves with the number of rows. Rejects when
 * some need a key that is not in `datastore.encryption.keys` either; it may be run again.
 */
export async function reencrypt(config: EngineConfig = loadEngineConfig().config): Promise<number> {
  const datastore = await createOwnDatastore('coordinator', config);
  try {
    return (await datastore.reencrypt?.()) ?? 0;
  } finally {
    await datastore.close();
  }
}
