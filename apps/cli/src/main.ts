import { execute } from './execute';
import { processTerminal } from './terminal';

/** How long what a command left open may keep the process: everything is closed by then, or it never will be. */
const LINGER_MS = 1000;

// Whoever reads the output may have had enough of it, as `head` does: that is no fault.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}

void execute(process.argv.slice(2), processTerminal()).then((code) => {
  process.exitCode = code;
  setTimeout(() => process.exit(code), LINGER_MS).unref();
});
