import { loadEngineConfig, migrate } from '@tork/engine';
import { createLogger } from '@tork/observability';
import { showBanner } from '../banner';
import type { Terminal } from '../terminal';

/**
 * Brings the schema in Postgres up to date; a repetition changes nothing. An embedded store does that itself when it
 * starts. Returns the exit code.
 */
export async function migration(terminal: Terminal): Promise<number> {
  const { config } = loadEngineConfig(terminal);
  const log = createLogger(config.logging);
  showBanner(config.cli.banner.mode, terminal, (text) => log.info(text));
  const { type = 'postgres' } = config.datastore;
  if (type !== 'postgres') {
    terminal.out(`can't perform db migration on: ${type}`);
    return 1;
  }
  const migrations = await migrate(config);
  terminal.out(`db migration completed: ${migrations.length > 0 ? migrations.join(', ') : 'the schema is up to date'}`);
  return 0;
}
