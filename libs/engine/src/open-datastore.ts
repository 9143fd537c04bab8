import type { Datastore } from '@tork/datastore';
import { createOwnDatastore } from './adapters';
import { loadEngineConfig } from './config';
import type { EngineConfig } from './config';

/**
 * The datastore that `standalone` would use, started; for tools that look after what is in it. Whoever opens it closes it.
 * An embedded one can be open in one process at a time: while Tork runs on it, this rejects.
 */
export async function openDatastore(config: EngineConfig = loadEngineConfig().config): Promise<Datastore> {
  const datastore = await createOwnDatastore('standalone', config);
  try {
    await datastore.start();
    return datastore;
  } catch (cause) {
    await datastore.close();
    throw cause;
  }
}
