import { tmpdir } from 'node:os';
import type { AuxTask, RunnableTask } from '@tork/core';
import { ActiveRuns } from '../active-runs';
import { RuntimeUnavailableError, TaskFailedError } from '../errors';
import { silentLogger, type Logger } from '../logger';
import { PROGRESS_INTERVAL_MS, ProgressFollower } from '../progress';
import { MAX_RESULT_BYTES } from '../report-files';
import type { Runtime, TaskIo, TaskResult } from '../runtime';
import { taskEnv } from '../task-env';
import { taskFiles } from '../task-files';
import { exitText } from './exit-text';
import { Owner } from './owner';
import { refuseUnsupported } from './refusals';
import type { WorkDir } from './work-dir';
import { abandonedRoots, removeTree } from './work-root';
import { Workplace } from './workplace';

export interface ShellRuntimeOptions {
  /** Gets the path of the script as its last argument. Default `bash -c`. */
  cmd?: readonly string[];
  /** Numeric user that tasks run as; the worker must be root. Default: the worker's own. */
  uid?: number;
  /** Numeric group, likewise. */
  gid?: number;
  /** Where work directories are made; scripts are executed from there. Default: the system's for temporary files. */
  tempDir?: string;
  /** Default 10 s. */
  progressIntervalMs?: number;
  /** How long a cancelled task has between TERM and KILL. Default 2 s. */
  killGraceMs?: number;
  /** A longer result fails its task. Default 64 MiB. */
  maxResultBytes?: number;
  logger?: Logger;
}

/**
 * Runs tasks as processes of this machine. Each leads a process group of its own. When it ends, for whatever reason,
 * what is left of the group is killed: a script that starts something in the background has to wait for it.
 */
export class ShellRuntime implements Runtime {
  readonly name = 'shell';
  private readonly cmd: readonly string[];
  private readonly owner: Owner;
  private readonly base: string;
  private readonly logger: Logger;
  private readonly runs = new ActiveRuns();
  private workplace: Promise<Workplace> | undefined;

  constructor(private readonly options: ShellRuntimeOptions = {}) {
    this.cmd = options.cmd ?? ['bash', '-c'];
    this.owner = new Owner(options.uid, options.gid);
    this.base = options.tempDir ?? tmpdir();
    this.logger = options.logger ?? silentLogger;
  }

  async start(): Promise<void> {
    if (this.owner.isOther && process.getuid!() !== 0) {
      throw new RuntimeUnavailableError('runtime.shell.uid and runtime.shell.gid need a worker that runs as root');
    }
    const { launcher } = await this.open();
    await this.tryOut();
    for (const root of abandonedRoots(this.base)) {
      this.logger.info({ root }, 'removing what a worker left behind that died');
      await launcher.purge(root);
      await removeTree(root);
    }
  }

  run(task: RunnableTask, io: TaskIo, signal: AbortSignal): Promise<TaskResult> {
    return this.runs.run(signal, async (ending) => {
      refuseUnsupported(task);
      const aux: TaskIo = { output: (chunk) => io.output(chunk), progress: () => undefined };
      for (const pre of task.pre ?? []) await this.execute(task.id, pre, aux, ending);
      const result = await this.execute(task.id, task, io, ending);
      for (const post of task.post ?? []) await this.execute(task.id, post, aux, ending);
      return result === undefined ? {} : { result };
    });
  }

  async health(): Promise<void> {
    this.runs.throwIfClosed();
    await this.open();
  }

  async close(): Promise<void> {
    await this.runs.close(this.name);
    const workplace = await this.workplace?.catch(() => undefined);
    this.workplace = undefined;
    await workplace?.close();
  }

  /** Finds a shell that is missing, and a directory whose files cannot be executed or reached by the tasks' user. */
  private async tryOut(): Promise<void> {
    const said: Uint8Array[] = [];
    const io: TaskIo = { output: (chunk) => said.push(chunk), progress: () => undefined };
    try {
      await this.execute('', {}, io, new AbortController().signal);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw new RuntimeUnavailableError(
        `the shell runtime cannot run a script in ${this.base}: ${text} ${Buffer.concat(said)}`.trimEnd(),
        { cause: error },
      );
    }
  }

  /** Runs one script in a work directory of its own and returns its result. */
  private async execute(taskId: string, part: AuxTask, io: TaskIo, signal: AbortSignal): Promise<string | undefined> {
    const files = taskFiles(part.files);
    const env = taskEnv(part.env);
    const { workDirs, processes } = await this.open();
    const workDir = await workDirs.take(part.run ?? '', files);
    const progress = this.follow(taskId, workDir, io);
    let isReusable = false;
    try {
      const argv = [...this.cmd, workDir.entrypoint];
      const request = {
        argv,
        env: { ...env, ...ownEnv(workDir) },
        workDir,
        onOutput: (chunk: Uint8Array) => io.output(chunk),
      };
      const end = await processes.run(request, signal);
      isReusable = end.isLast;
      const failure = exitText(end);
      await progress.finish();
      if (failure !== undefined) throw new TaskFailedError(failure);
      return workDir.reports.readResult(this.options.maxResultBytes ?? MAX_RESULT_BYTES);
    } finally {
      progress.stop();
      await (isReusable ? workDirs.giveBack(workDir) : workDirs.discard(workDir));
    }
  }

  private follow(taskId: string, workDir: WorkDir, io: TaskIo): ProgressFollower {
    return new ProgressFollower(
      () => workDir.reports.readProgress(),
      (percent) => io.progress(percent),
      {
        intervalMs: this.options.progressIntervalMs ?? PROGRESS_INTERVAL_MS,
        onUnparsable: () => this.logger.warn({ taskId }, 'the progress file holds no number'),
      },
    );
  }

  /** What processes run in; a new one if there is none yet, or if its launcher has died. */
  private open(): Promise<Workplace> {
    if (this.workplace) return this.workplace;
    const opening = Workplace.open({
      owner: this.owner,
      base: this.base,
      killGraceMs: this.options.killGraceMs ?? 2000,
      onGone: (workplace) => {
        if (this.workplace !== opening) return;
        this.workplace = undefined;
        this.logger.error({}, 'the launcher of the shell runtime died, and with it all running tasks');
        workplace.close().catch((error: unknown) => this.logger.warn({ err: error }, 'cannot remove a work directory'));
      },
    }).catch((error: unknown) => {
      this.workplace = undefined;
      throw new RuntimeUnavailableError(`the shell runtime cannot start: ${String(error)}`, { cause: error });
    });
    this.workplace = opening;
    return opening;
  }
}

/** What every task finds in its environment, whatever it asks for. */
function ownEnv({ path, output, progress }: WorkDir): Record<string, string> {
  const { PATH, HOME } = process.env;
  return {
    TORK_OUTPUT: output,
    TORK_PROGRESS: progress,
    WORKDIR: path,
    ...(PATH !== undefined && { PATH }),
    ...(HOME !== undefined && { HOME }),
  };
}
