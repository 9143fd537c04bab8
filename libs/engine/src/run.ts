/** Signals that end a process in good order; a second one ends it at once. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** What a shell reports for a process that such a signal ended. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
/** How long something left open may keep a process whose work is over: it is closed by then, or it never will be. */
const LINGER_MS = 1_000;

/** What an engine is to whoever runs it. */
export interface Runnable {
  start(): Promise<void>;
  terminate(): Promise<void>;
  /** Resolves when it has ended, whoever ended it. */
  readonly terminated: Promise<void>;
}

/**
 * Starts an engine and resolves when a signal or its `terminate` has ended it. A signal that comes during the start ends
 * it as soon as it is through. Rejects when the engine cannot start, or not everything could be closed.
 */
export async function runUntilSignal(engine: Runnable): Promise<void> {
  let signalled = (): void => undefined;
  const signal = new Promise<void>((resolve) => (signalled = resolve));
  let first = true;
  const listeners = SIGNALS.map((name) => {
    const listener = () => {
      if (!first) process.exit(EXIT_CODES[name]);
      first = false;
      signalled();
    };
    process.on(name, listener);
    return { name, listener };
  });
  try {
    await Promise.race([engine.start(), signal]);
    await Promise.race([signal, engine.terminated]);
    await engine.terminate();
  } finally {
    for (const { name, listener } of listeners) process.off(name, listener);
  }
}

/** The `main` of a process that is one role: says why it could not start, and ends with the right exit code. */
export async function runService(engine: Runnable): Promise<void> {
  try {
    await runUntilSignal(engine);
    process.exitCode = 0;
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
  setTimeout(() => process.exit(), LINGER_MS).unref();
}
