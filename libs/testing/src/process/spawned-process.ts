import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SpawnOptions {
  /** Beside PATH and HOME, all of its environment: variables of the test run must not configure what is tested. */
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  /** How failures call it. Default: the script. */
  name?: string;
}

export interface WaitOptions {
  /** Default 15 s. */
  timeoutMs?: number;
}

/** How a process ended: one of the two is null. */
export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/**
 * Starts a Node script whose output is kept. Inside Jest it is killed after the last hook of the file at the latest;
 * elsewhere hold it with `await using`.
 */
export function spawnProcess(script: string, args: readonly string[] = [], options: SpawnOptions = {}): SpawnedProcess {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [script, ...args], {
    cwd: options.cwd,
    env: { PATH, HOME, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const spawned = new SpawnedProcess(child, options.name ?? [script, ...args].join(' '));
  globalThis.afterTestFile?.push(() => spawned[Symbol.asyncDispose]());
  return spawned;
}

/** A process under test. */
export class SpawnedProcess implements AsyncDisposable {
  /** Resolves when it has ended and its output is complete. */
  readonly exited: Promise<ProcessExit>;
  private both = '';
  private out = '';
  private err = '';
  private exit: ProcessExit | undefined;

  constructor(
    private readonly child: ChildProcess,
    private readonly name: string,
  ) {
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      this.out += chunk;
      this.both += chunk;
    });
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.err += chunk;
      this.both += chunk;
    });
    this.exited = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve((this.exit = { code, signal })));
    });
    // Whoever awaits `exited` learns of a failed start; nobody has to.
    this.exited.catch(() => undefined);
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.name} could not be started`);
    return this.child.pid;
  }

  /** Standard output and error as they came. */
  get output(): string {
    return this.both;
  }

  get stdout(): string {
    return this.out;
  }

  get stderr(): string {
    return this.err;
  }

  /** Resolves with the first match of `pattern` in the output, also in what was printed before. Rejects if it ends first. */
  async waitForOutput(pattern: RegExp, options?: WaitOptions): Promise<RegExpMatchArray> {
    return this.waitFor(`printed ${pattern}`, options, () => this.both.match(pattern) ?? undefined);
  }

  /** Resolves once a GET of `url` answers, with a 2xx status or `anyStatus`. Rejects if the process ends first. */
  async waitForHttp(url: string, options: WaitOptions & { anyStatus?: boolean } = {}): Promise<void> {
    const tryMs = Math.min(2000, options.timeoutMs ?? 2000);
    await this.waitFor(`answered at ${url}`, options, async () => {
      const response = await fetch(url, { signal: AbortSignal.timeout(tryMs) }).catch(() => undefined);
      await response?.body?.cancel();
      return response?.ok || (options.anyStatus && response !== undefined) || undefined;
    });
  }

  /** Sends a signal; `SIGKILL` is the crash of a fault test. Resolves when the process has ended. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<ProcessExit> {
    this.child.kill(signal);
    return this.exited;
  }

  /** Freezes it: its connections stay open and nothing answers, as on a machine that hangs. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  /** Lets it go on after {@link freeze}. */
  thaw(): void {
    this.child.kill('SIGCONT');
  }

  /** Asks it to end as an operator does, and kills it when it has not within `timeoutMs` (default 15 s). */
  async stop({ timeoutMs = 15_000 }: WaitOptions = {}): Promise<ProcessExit> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), timeoutMs);
    this.thaw();
    try {
      return await this.kill('SIGTERM');
    } finally {
      clearTimeout(timer);
    }
  }

  /** Kills it if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill('SIGKILL').catch(() => undefined);
  }

  private async waitFor<T>(
    what: string,
    { timeoutMs = 15_000 }: WaitOptions = {},
    look: () => Promise<T | undefined> | T | undefined,
  ): Promise<T> {
    for (const deadline = Date.now() + timeoutMs; ; await sleep(20)) {
      const ended = this.exit;
      const found = await look();
      if (found !== undefined) return found;
      if (ended) {
        throw new Error(`${this.name} ended with ${ended.signal ?? ended.code} before it ${what}:\n${this.both}`);
      }
      if (Date.now() >= deadline) {
        throw new Error(`${this.name} had not ${what} within ${timeoutMs} ms:\n${this.both}`);
      }
    }
  }
}
