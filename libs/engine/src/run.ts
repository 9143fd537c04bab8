import type { Engine } from './engine';

/** Signals that end a process in good order; a second one ends it at once. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** What a shell reports for a process that such a signal ended. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Starts an engine and resolves when a signal has ended it. Rejects when it cannot start. */
export async function runUntilSignal(engine: Engine): Promise<void> {
  const signalled = new Promise<void>((resolve) => {
    let first = true;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (!first) process.exit(EXIT_CODES[signal]);
        first = false;
        resolve();
      });
    }
  });
  await Promise.race([engine.start(), signalled]);
  await signalled;
  await engine.terminate();
}

/** The `main` of a process that is one role: says why it could not start, and ends with the right exit code. */
export async function runService(engine: Engine): Promise<void> {
  try {
    await runUntilSignal(engine);
    process.exitCode = 0;
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
