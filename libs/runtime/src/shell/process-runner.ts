import { RuntimeUnavailableError } from '../errors';
import type { ProcessEnd } from './launched-process';
import type { Launcher } from './launcher';
import { OutputReader, type FifoPool } from './output-fifo';
import type { Owner } from './owner';
import type { WorkDir } from './work-dir';

export interface ProcessRequest {
  argv: string[];
  env: Record<string, string>;
  workDir: WorkDir;
  /** Standard output and error as they come. */
  onOutput: (chunk: Uint8Array) => void;
}

export interface CompleteEnd extends ProcessEnd {
  /** Whether it left no other process behind: nobody writes to its output, or presumably to its files, any more. */
  isLast: boolean;
}

export interface ProcessRunnerOptions {
  owner: Owner;
  /** Between TERM and KILL. */
  killGraceMs: number;
}

/** How long output may stay open after the end of its process before those who hold it are searched and killed. */
const DRAIN_MS = 500;

/** How long after KILL a process may remain, e.g. in a call to a dead file server, before it is given up. */
const GIVE_UP_MS = 3000;

/** Runs a process to its end, with all of its output. */
export class ProcessRunner {
  constructor(
    private readonly launcher: Launcher,
    private readonly fifos: FifoPool,
    private readonly options: ProcessRunnerOptions,
  ) {}

  /** An abort of `signal` kills it; how it ended is told all the same. */
  async run(request: ProcessRequest, signal: AbortSignal): Promise<CompleteEnd> {
    const fifo = await this.fifos.take();
    let isLast = false;
    try {
      const reader = new OutputReader(fifo);
      try {
        const end = await this.follow(request, fifo, reader, signal);
        isLast = await this.drain(request.workDir, reader);
        return { ...end, isLast };
      } finally {
        reader.close();
      }
    } finally {
      if (isLast) this.fifos.giveBack(fifo);
      else await this.fifos.discard(fifo);
    }
  }

  private async follow(
    { argv, env, workDir, onOutput }: ProcessRequest,
    output: string,
    reader: OutputReader,
    signal: AbortSignal,
  ): Promise<ProcessEnd> {
    signal.throwIfAborted();
    const { owner, killGraceMs } = this.options;
    const process = this.launcher.launch({ argv, env, workDir: workDir.path, output, ...owner.ids });
    let giveUp: NodeJS.Timeout | undefined;
    const kill = (): void => {
      process.kill(killGraceMs);
      const error = new RuntimeUnavailableError('a process does not end, not even when it is killed');
      giveUp = setTimeout(() => process.abandon(error), killGraceMs + GIVE_UP_MS);
    };
    signal.addEventListener('abort', kill, { once: true });
    try {
      await process.started;
      reader.follow(onOutput);
      return await process.ended;
    } finally {
      signal.removeEventListener('abort', kill);
      clearTimeout(giveUp);
    }
  }

  /** Waits for the rest of the output; false if somebody keeps it open who cannot be found. */
  private async drain(workDir: WorkDir, reader: OutputReader): Promise<boolean> {
    if (await reader.endsWithin(DRAIN_MS)) return true;
    await this.launcher.purge(workDir.path);
    return reader.endsWithin(DRAIN_MS);
  }
}
