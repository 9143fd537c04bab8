import { RuntimeUnavailableError, TaskFailedError } from '../errors';
import type { LauncherReport } from './launcher-protocol';

/** How a process ended: one of the two is null. */
export interface ProcessEnd {
  exitCode: number | null;
  signal: string | null;
}

/** What a task causes by an environment that is too large; other failures to start are the host's. */
const CAUSED_BY_TASK = new Set(['E2BIG']);

/** A process that a launcher was asked to start. */
export class LaunchedProcess {
  /** Resolves when it runs and holds its output open; rejects when it cannot be started. */
  readonly started: Promise<void>;
  /** Resolves when it has ended and nothing of its process group is left; rejects if `started` does. */
  readonly ended: Promise<ProcessEnd>;
  private pid: number | undefined;
  private onStarted!: () => void;
  private onEnded!: (end: ProcessEnd) => void;
  private reject!: (error: Error) => void;

  /** @param kill asks the launcher to kill it: TERM to the whole group, KILL after the grace. `ended` says when it is over. */
  constructor(readonly kill: (graceMs: number) => void) {
    const failed = new Promise<never>((_, reject) => (this.reject = reject));
    this.started = Promise.race([failed, new Promise<void>((resolve) => (this.onStarted = resolve))]);
    this.ended = Promise.race([failed, new Promise<ProcessEnd>((resolve) => (this.onEnded = resolve))]);
    for (const promise of [failed, this.started, this.ended]) promise.catch(() => undefined);
  }

  /** Takes news of the launcher. */
  take(report: Exclude<LauncherReport, { type: 'purged' }>): void {
    switch (report.type) {
      case 'started':
        this.pid = report.pid;
        return this.onStarted();
      case 'ended':
        return this.onEnded(report);
      case 'refused': {
        const text = `error executing command: ${report.message}`;
        const toBlame = CAUSED_BY_TASK.has(report.code ?? '') ? TaskFailedError : RuntimeUnavailableError;
        return this.reject(new toBlame(text));
      }
    }
  }

  /** The launcher is gone: kills the process group, which nobody else does any more. */
  abandon(error: Error): void {
    if (this.pid !== undefined) killGroup(this.pid);
    this.reject(error);
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: it is gone already
  }
}
