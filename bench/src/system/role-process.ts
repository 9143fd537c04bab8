import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Mode } from '@tork/engine';
import type { RoleHandOffs, RoleStarted } from './role';

export interface RoleOptions {
  mode: Mode;
  runtime: string;
  /** See `SystemOptions`. */
  links: number;
  /** The whole environment of the process. */
  env: Record<string, string>;
  /** Where V8 writes a CPU profile when the process ends; not profiled without. Created where it is missing. */
  profileFolder?: string;
  /** Called when it ends without having been told to. */
  onDeath(error: Error): void;
}

const STARTS_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 30_000;

/** One process of Tork. */
export class RoleProcess {
  private readonly child: ChildProcess;
  /** URL of its API once it is up. Rejects when it ends before. */
  readonly started: Promise<string>;
  private readonly exited: Promise<unknown>;
  private isStopping = false;

  constructor(private readonly options: RoleOptions) {
    const { mode, runtime, links, env, profileFolder } = options;
    if (profileFolder) mkdirSync(profileFolder, { recursive: true });
    this.child = fork(join(__dirname, 'role.js'), [mode, runtime, String(links)], {
      env,
      execArgv: profileFolder ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`] : [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.exited = once(this.child, 'exit');
    void this.exited.then(() => {
      if (!this.isStopping) options.onDeath(new Error(`the ${mode} ended with ${this.outcome}`));
    });
    this.started = this.answer<RoleStarted>(STARTS_WITHIN_MS).then(({ url }) => url);
  }

  get mode(): Mode {
    return this.options.mode;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** See {@link NoopRuntime.takeHandOffs}. */
  async handOffs(): Promise<number[]> {
    const answer = this.answer<RoleHandOffs>(ENDS_WITHIN_MS);
    this.child.send('handOffs');
    return (await answer).handOffs;
  }

  /** Lets it end in order, and waits for that; kills it when it does not. */
  async stop(): Promise<void> {
    this.isStopping = true;
    if (this.outcome !== null) return;
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), ENDS_WITHIN_MS);
    await this.exited;
    clearTimeout(timer);
    if (this.child.signalCode) throw new Error(`the ${this.mode} did not end within ${ENDS_WITHIN_MS / 1000} s`);
  }

  /** Exit code or signal; null while it runs. */
  private get outcome(): number | string | null {
    return this.child.exitCode ?? this.child.signalCode;
  }

  /** The next message of the process. */
  private async answer<T>(withinMs: number): Promise<T> {
    const waiting = new AbortController();
    const { signal } = waiting;
    const timer = setTimeout(() => waiting.abort(), withinMs);
    try {
      return await Promise.race([
        once(this.child, 'message', { signal }).then(([message]) => message as T),
        once(this.child, 'exit', { signal }).then(([code, by]) => {
          throw new Error(`the ${this.mode} ended with ${code ?? by} before it answered`);
        }),
      ]);
    } catch (error) {
      throw signal.aborted ? new Error(`no answer of the ${this.mode} within ${withinMs / 1000} s`) : error;
    } finally {
      clearTimeout(timer);
      waiting.abort();
    }
  }
}
