import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface CommandOptions {
  env?: Readonly<Record<string, string>>;
  /** Another user to run as; the tests run as root. */
  user?: string;
  timeoutMs?: number;
}

/** Runs a command to its end and resolves with what it printed; rejects with that when it fails. */
export async function command(file: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { env = {}, timeoutMs = 60_000, user } = options;
  const line = user ? ['runuser', '-u', user, '--', file, ...args] : [file, ...args];
  try {
    const { stdout } = await run(line[0]!, line.slice(1), { env: { ...process.env, ...env }, timeout: timeoutMs });
    return stdout;
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    throw new Error(`${line.join(' ')} failed:\n${stdout}${stderr}`, { cause });
  }
}
