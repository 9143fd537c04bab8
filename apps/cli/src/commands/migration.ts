import { loadEngineConfig, migrate, reencrypt } from '@tork/engine';
import { createLogger } from '@tork/observability';
import { showBanner } from '../banner';
import type { Terminal } from '../terminal';

export interface MigrationFlags {
  /** Also writes all that may hold secrets anew, with the present key. */
  reencrypt?: boolean;
}

/**
 * Brings the schema in Postgres up to date; a repetition changes nothing. An embedded store does that itself when it
 * starts. Returns the exit code.
 */
export async function migration(flags: MigrationFlags, terminal: Terminal): Promise<number> {
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
  if (flags.reencrypt) terminal.out(`rows encrypted anew: ${await reencrypt(config)}`);
  return 0;
}
