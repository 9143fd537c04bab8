import { createOwnDatastore } from './adapters';
import { loadEngineConfig } from './config';
import type { EngineConfig } from './config';

/**
 * Brings the schema of the configured datastore up to date: Postgres, unless `datastore.type` says otherwise. Resolves
 * with the names of the migrations that ran; running it again, or several at a time, does no harm.
 */
export async function migrate(config: EngineConfig = loadEngineConfig().config): Promise<string[]> {
  const datastore = await createOwnDatastore('coordinator', config);
  try {
    return await datastore.migrate();
  } finally {
    await datastore.close();
  }
}
