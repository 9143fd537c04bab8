import { showBanner } from '../banner';
import type { Terminal } from '../terminal';

/** Starts the engine in a mode and runs it until a signal. Returns the exit code. */
export async function run(mode: string, terminal: Terminal): Promise<number> {
  const { Engine, isMode, loadEngineConfig, runUntilSignal } = await import('@tork/engine');
  const { createLogger } = await import('@tork/observability');
  const { config, warnings } = loadEngineConfig({ ...terminal });
  const log = createLogger(config.logging);
  showBanner(config.cli.banner.mode, terminal, (text) => log.info(text));
  if (!isMode(mode)) {
    terminal.out(`Unknown mode: ${mode}`);
    return 1;
  }
  for (const warning of warnings) log.warn(warning);
  await runUntilSignal(new Engine({ mode, config, log }));
  return 0;
}
