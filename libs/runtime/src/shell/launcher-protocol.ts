/** What a runtime asks of its launcher, one JSON document a line. */
export type LauncherRequest = LaunchRequest | KillRequest | PurgeRequest;

export interface LaunchRequest {
  type: 'launch';
  /** Of the asker's choice; every report about this process carries it. */
  id: number;
  argv: string[];
  /** The whole environment. */
  env: Record<string, string>;
  /** Working directory. Processes that name it in `WORKDIR` belong to this launch. */
  workDir: string;
  /** A FIFO that has a reader: takes standard output and error. */
  output: string;
  uid?: number;
  gid?: number;
}

/** TERM to the process group, KILL when its leader is gone or the grace is over. Answered by `ended`. */
export interface KillRequest {
  type: 'kill';
  id: number;
  graceMs: number;
}

/** Kills every process with a `WORKDIR` at or below `workDir`, whatever group it is in. Answered by `purged`. */
export interface PurgeRequest {
  type: 'purge';
  id: number;
  workDir: string;
}

/** What a launcher tells, one JSON document a line. */
export type LauncherReport =
  /** The process runs and holds `output` open. */
  | { type: 'started'; id: number; pid: number }
  /** It could not be started; nothing more is told of it. */
  | { type: 'refused'; id: number; code?: string; message: string }
  /** It ended, and what was left of its group was killed. One of the two is null. */
  | { type: 'ended'; id: number; exitCode: number | null; signal: string | null }
  | { type: 'purged'; id: number };
