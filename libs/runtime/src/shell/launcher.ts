import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { RuntimeUnavailableError } from '../errors';
import { LaunchedProcess } from './launched-process';
import { launcherProgram } from './launcher-process';
import type { LauncherReport, LauncherRequest, LaunchRequest } from './launcher-protocol';

export type Launch = Omit<LaunchRequest, 'type' | 'id'>;

/** How long a launcher may take to end after its input, while it kills what it runs, before it is killed itself. */
const LEAVE_WITHIN_MS = 5000;

/**
 * Starts processes by way of a small process of its own. A fork copies the page tables of the process that does it: a
 * worker of 300 MB starts 80 processes a second, a launcher 400, and the worker's event loop is not held up meanwhile.
 */
export class Launcher {
  private readonly processes = new Map<number, LaunchedProcess>();
  private readonly purges = new Map<number, () => void>();
  private requests: string[] = [];
  private nextId = 1;
  private goneBecause: string | undefined;

  private constructor(
    private readonly child: ChildProcess,
    private readonly onGone: () => void,
  ) {
    createInterface({ input: child.stdout! }).on('line', (line) => this.take(JSON.parse(line) as LauncherReport));
    child.stdin!.on('error', () => undefined); // why it cannot be written to is told by `exit`
    child.once('exit', (code, signal) => this.gone(`its launcher ended with ${signal ?? code}`));
  }

  /**
   * @param root the work directories are below it; the launcher removes it when it ends
   * @param onGone called when it ended, asked or not: what ran is killed, its promises are rejected, nothing more can be
   *   launched
   */
  static async start(root: string, onGone: () => void): Promise<Launcher> {
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, ['--max-semi-space-size=1', '-e', launcherProgram(root)], {
      env: { PATH },
      cwd: '/',
      // a session of its own: Ctrl-C is for the worker, which may want to drain
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(child, 'spawn');
    return new Launcher(child, onGone);
  }

  launch(launch: Launch): LaunchedProcess {
    const id = this.nextId++;
    const launched = new LaunchedProcess((graceMs) => this.ask({ type: 'kill', id, graceMs }));
    if (this.goneBecause !== undefined) launched.abandon(this.unavailable());
    else this.processes.set(id, launched);
    this.ask({ type: 'launch', id, ...launch });
    return launched;
  }

  /** Kills all processes that belong to a work directory, also those that left their process group. */
  async purge(workDir: string): Promise<void> {
    if (this.goneBecause !== undefined) return;
    const id = this.nextId++;
    await new Promise<void>((resolve) => {
      this.purges.set(id, resolve);
      this.ask({ type: 'purge', id, workDir });
    });
  }

  /** Kills what still runs and removes the work directories. */
  async close(): Promise<void> {
    if (this.goneBecause !== undefined) return;
    const exited = once(this.child, 'exit');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), LEAVE_WITHIN_MS);
    this.child.stdin!.end();
    await exited;
    clearTimeout(timer);
  }

  /** Requests of one turn of the event loop travel in one write. */
  private ask(request: LauncherRequest): void {
    if (this.requests.length === 0) setImmediate(() => this.flush());
    this.requests.push(`${JSON.stringify(request)}\n`);
  }

  private flush(): void {
    const text = this.requests.join('');
    this.requests = [];
    if (this.child.stdin!.writable) this.child.stdin!.write(text);
  }

  private take(report: LauncherReport): void {
    if (report.type === 'purged') {
      this.purges.get(report.id)?.();
      this.purges.delete(report.id);
      return;
    }
    this.processes.get(report.id)?.take(report);
    if (report.type !== 'started') this.processes.delete(report.id);
  }

  private gone(because: string): void {
    this.goneBecause = because;
    for (const launched of this.processes.values()) launched.abandon(this.unavailable());
    for (const resolve of this.purges.values()) resolve();
    this.processes.clear();
    this.purges.clear();
    this.onGone();
  }

  private unavailable(): RuntimeUnavailableError {
    return new RuntimeUnavailableError(`the shell runtime is unavailable: ${this.goneBecause}`);
  }
}
