import { chmodSync, chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Container } from 'dockerode';
import { MAX_PROGRESS_BYTES } from '../progress';
import { NO_NUMBER, refuseResult, ReportFiles } from '../report-files';
import { fileError, type TaskFile } from '../task-files';
import { isNotFound } from './daemon-error';
import { firstFileOf, tarOf, type TarEntry } from './tar';

/** Where a container has the files of its task. */
export const TORK_DIR = '/tork';
export const OUTPUT_PATH = `${TORK_DIR}/stdout`;
export const PROGRESS_PATH = `${TORK_DIR}/progress`;
export const ENTRYPOINT_PATH = `${TORK_DIR}/entrypoint`;
/** The working directory of a task that has files and names none. */
export const WORKDIR_PATH = `${TORK_DIR}/workdir`;

/** The directory `/tork` of one container, which is a volume of its own. */
export interface TorkDir {
  /** Before the start of the container. */
  fill(entries: readonly TarEntry[]): Promise<void>;
  /** The whole output file; absent when it is empty or no file any more. */
  readResult(maxBytes: number): Promise<string | undefined>;
  /** The progress file; absent when it has not changed since the last look. */
  readProgress(): Promise<string | undefined>;
}

/** What `/tork` holds at first. The work directory and its files are in it if `files` is given. */
export function torkEntries(script: string | undefined, files: readonly TaskFile[] = []): TarEntry[] {
  return [
    { name: 'stdout', mode: 0o222, contents: '' },
    { name: 'progress', mode: 0o222, contents: '' },
    ...(script ? [{ name: 'entrypoint', mode: 0o555, contents: script }] : []),
    ...(files.length > 0 ? [{ name: 'workdir', mode: 0o755 }, ...fileEntries(files, 'workdir/')] : []),
  ];
}

/** The files of a task with the directories they are in, each before what is in it. */
export function fileEntries(files: readonly TaskFile[], prefix = ''): TarEntry[] {
  const directories = new Set<string>();
  for (const { name } of files) {
    for (let path = dirname(name); path !== '.'; path = dirname(path)) directories.add(path);
  }
  return [
    ...[...directories].sort().map((name) => ({ name: prefix + name, mode: 0o755 })),
    ...files.map(({ name, contents }) => ({ name: prefix + name, mode: 0o444, contents })),
  ];
}

/**
 * By way of the daemon, wherever it runs. It starts a process of its own for every copy in or out: 50 ms each, a tenth
 * of what the whole container takes; so nothing is copied out that a look at its size makes needless.
 */
export class RemoteTorkDir implements TorkDir {
  private progressSeenAt: string | undefined;

  constructor(
    private readonly container: Container,
    private readonly signal: AbortSignal,
  ) {}

  async fill(entries: readonly TarEntry[]): Promise<void> {
    await this.container.putArchive(await tarOf(entries), { path: TORK_DIR, abortSignal: this.signal });
  }

  async readResult(maxBytes: number): Promise<string | undefined> {
    const stat = await this.stat(OUTPUT_PATH);
    if (!stat || stat.size === 0) return undefined;
    if (stat.size > maxBytes) return refuseResult(stat.size, maxBytes);
    return this.read(OUTPUT_PATH);
  }

  async readProgress(): Promise<string | undefined> {
    const stat = await this.stat(PROGRESS_PATH);
    if (!stat || stat.mtime === this.progressSeenAt) return undefined;
    this.progressSeenAt = stat.mtime;
    if (stat.size === 0) return '';
    return stat.size > MAX_PROGRESS_BYTES ? NO_NUMBER : this.read(PROGRESS_PATH);
  }

  private async read(path: string): Promise<string | undefined> {
    const archive = (await this.container.getArchive({ path, abortSignal: this.signal })) as unknown as Readable;
    return (await firstFileOf(archive))?.toString();
  }

  private async stat(path: string): Promise<{ size: number; mtime: string } | undefined> {
    try {
      const answer = (await this.container.infoArchive({ path, abortSignal: this.signal })) as StatAnswer;
      answer.resume();
      const text = Buffer.from(answer.headers['x-docker-container-path-stat'], 'base64').toString();
      return JSON.parse(text) as { size: number; mtime: string };
    } catch (error) {
      if (isNotFound(error)) return undefined; // removed by the script
      throw error;
    }
  }
}

type StatAnswer = Readable & { headers: Record<'x-docker-container-path-stat', string> };

/** On the disk that the daemon has its volumes on, where this process may write there too. */
export class LocalTorkDir implements TorkDir {
  private readonly reports: ReportFiles;

  /** @param path of the volume's content */
  constructor(private readonly path: string) {
    this.reports = new ReportFiles(join(path, 'stdout'), join(path, 'progress'));
  }

  async fill(entries: readonly TarEntry[]): Promise<void> {
    // With user namespaces the container's root is another user of this machine, who owns the volume.
    const { uid, gid } = statSync(this.path);
    for (const { name, mode, contents } of entries) {
      const path = join(this.path, name);
      try {
        // Podman has made the working directory already
        if (contents === undefined) mkdirSync(path, { recursive: true });
        else writeFileSync(path, contents, { flag: 'wx' });
        chmodSync(path, mode);
        chownSync(path, uid, gid);
      } catch (error) {
        throw fileError(name, error);
      }
    }
  }

  async readResult(maxBytes: number): Promise<string | undefined> {
    return this.reports.readResult(maxBytes);
  }

  async readProgress(): Promise<string | undefined> {
    return this.reports.readProgress();
  }
}
