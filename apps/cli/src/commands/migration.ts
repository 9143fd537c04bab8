import type { Terminal } from '../terminal';

/** Brings the schema of the datastore up to date. Returns the exit code. */
export async function migration(terminal: Terminal): Promise<number> {
  terminal.out(`can't perform db migration on: inmemory`);
  return 1;
}
