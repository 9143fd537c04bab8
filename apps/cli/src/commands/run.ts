import { engine as defaultEngine, isMode, loadEngineConfig } from '@tork/engine';
import { createLogger } from '@tork/observability';
import { showBanner } from '../banner';
import type { CliOptions } from '../cli-options';
import type { Terminal } from '../terminal';

/**
 * Runs the engine in a mode until a signal, or the program around it, ends it; a second signal ends it at once. Returns
 * the exit code.
 */
export async function run(mode: string, terminal: Terminal, options: CliOptions): Promise<number> {
  const { engine = defaultEngine } = options;
  const { config, warnings } = options.config ? { config: options.config, warnings: [] } : loadEngineConfig(terminal);
  const log = createLogger(config.logging);
  showBanner(config.cli.banner.mode, terminal, (text) => log.info(text));
  if (!isMode(mode)) {
    terminal.out(`Unknown mode: ${mode}`);
    return 1;
  }
  for (const warning of warnings) log.warn(warning);
  await engine.configure({ mode, config, log }).run();
  return 0;
}
