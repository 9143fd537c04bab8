import type { CliOptions } from './cli-options';
import { execute } from './execute';
import { processTerminal } from './terminal';

/** The command line of Tork: the commands, help, banner and exit codes of `tork`. */
export interface Cli {
  /**
   * The main of a program: runs the command that the arguments of the process name, and ends the process with its exit
   * code. `run` ends upon a signal. Never rejects: what goes wrong is printed, and makes the exit code 1.
   */
  run(): Promise<void>;
  /** Runs a command to its end and resolves with the exit code; for programs that go on after it. */
  execute(args: readonly string[]): Promise<number>;
}

/** How long what a command left open may keep the process: everything is closed by then, or it never will be. */
const LINGER_MS = 1000;

/**
 * The command line of Tork, for a `main` of one's own:
 *
 * ```ts
 * engine.registerEndpoint('GET', '/myendpoint', (ctx) => ctx.string(200, 'Hello'));
 * cli().run();
 * ```
 */
export function cli(options: CliOptions = {}): Cli {
  const run = (args: readonly string[]) => execute(args, processTerminal(), options);
  return {
    execute: run,
    run: async () => {
      endQuietlyWithoutReader();
      const code = await run(process.argv.slice(2));
      process.exitCode = code;
      setTimeout(() => process.exit(code), LINGER_MS).unref();
    },
  };
}

/** Whoever reads the output may have had enough of it, as `head` does: that is no fault. */
function endQuietlyWithoutReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit();
      throw error;
    });
  }
}
