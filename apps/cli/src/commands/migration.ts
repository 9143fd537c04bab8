import { showBanner } from '../banner';
import type { Terminal } from '../terminal';

/** Brings the schema of the datastore up to date. Returns the exit code. */
export async function migration(terminal: Terminal): Promise<number> {
  const { loadEngineConfig, migrate } = await import('@tork/engine');
  const { createLogger } = await import('@tork/observability');
  const { config } = loadEngineConfig({ ...terminal });
  const log = createLogger(config.logging);
  showBanner(config.cli.banner.mode, terminal, (text) => log.info(text));
  const names = await migrate(config);
  log.info({ migrations: names }, names.length > 0 ? 'migration complete' : 'nothing to migrate');
  return 0;
}
