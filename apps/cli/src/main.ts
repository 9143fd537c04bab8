import { execute } from './execute';
import { processTerminal } from './terminal';

/** How long what a command left open may keep the process: everything is closed by then, or it never will be. */
const LINGER_MS = 1000;

void execute(process.argv.slice(2), processTerminal()).then((code) => {
  process.exitCode = code;
  setTimeout(() => process.exit(code), LINGER_MS).unref();
});
