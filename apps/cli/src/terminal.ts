import type { Readable } from 'node:stream';

/** Where a command runs: what it reads, and where it writes. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Where `~` is. Default: the user's home. */
  readonly home?: string;
  /** Writes a line to standard output. */
  out(line: string): void;
  /** Writes a line to standard error. */
  err(line: string): void;
  /** Standard input. */
  readonly input: Readable;
}

export const processTerminal = (): Terminal => ({
  env: process.env,
  cwd: process.cwd(),
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  get input() {
    return process.stdin;
  },
});
