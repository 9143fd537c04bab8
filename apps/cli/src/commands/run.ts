import type { Terminal } from '../terminal';

/** Starts the engine in a mode and runs it until a signal. Returns the exit code. */
export async function run(mode: string, terminal: Terminal): Promise<number> {
  terminal.out(`Unknown mode: ${mode}`);
  return 1;
}
