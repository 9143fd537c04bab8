import { chmodSync, closeSync, constants, ftruncateSync, lstatSync, mkdirSync, openSync } from 'node:fs';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { RuntimeUnavailableError } from '../errors';
import { fileError, type TaskFile } from '../task-files';
import type { Owner } from './owner';
import { WorkDir } from './work-dir';

const DIRECTORY_MODE = 0o700;
/** What the runtime itself puts into a work directory, by name, with its mode. */
const OWN_FILES = { entrypoint: 0o755, progress: 0o600, stdout: 0o600 };
const OWN_NAMES = Object.keys(OWN_FILES).sort().join();

/**
 * Work directories. One that a task left as it found it, with a script, an output and a progress file and nothing else,
 * is emptied, renamed and used again: making and removing four inodes a task costs more than starting its process on
 * ext4, which searches past all inodes deleted in the last five seconds (with 24 tasks side by side 900 µs against 290).
 */
export class WorkDirPool {
  private readonly idle: string[] = [];
  private made = 0;

  constructor(
    private readonly root: string,
    private readonly owner: Owner,
  ) {}

  /**
   * A directory with the script, empty output and progress files, and the task's own files (mode 0444).
   *
   * @throws TaskFailedError when a file cannot be there, RuntimeUnavailableError when the disk does not take it
   */
  async take(script: string, files: readonly TaskFile[]): Promise<WorkDir> {
    const dir = new WorkDir(join(this.root, `${++this.made}`));
    try {
      const idle = this.idle.pop();
      if (idle !== undefined) renameSync(idle, dir.path);
      else this.make(dir);
      overwrite(dir.entrypoint, script);
    } catch (error) {
      await this.remove(dir.path);
      throw new RuntimeUnavailableError(`cannot prepare a working directory: ${messageOf(error)}`, { cause: error });
    }
    try {
      for (const file of files) this.addFile(dir, file);
    } catch (error) {
      await this.remove(dir.path);
      throw error;
    }
    return dir;
  }

  /** Takes a directory back whose processes have ended. */
  async giveBack(dir: WorkDir): Promise<void> {
    try {
      if (!this.isAsMade(dir)) return await this.remove(dir.path);
      for (const path of [dir.entrypoint, dir.output, dir.progress]) {
        if (lstatSync(path).size > 0) overwrite(path, '');
      }
      this.idle.push(dir.path);
    } catch {
      await this.remove(dir.path);
    }
  }

  private make(dir: WorkDir): void {
    mkdirSync(dir.path);
    for (const [name, mode] of Object.entries(OWN_FILES)) {
      const path = join(dir.path, name);
      writeFileSync(path, '', { flag: 'wx' });
      chmodSync(path, mode); // whatever the umask
      if (name !== 'entrypoint') this.owner.own(path);
    }
    chmodSync(dir.path, DIRECTORY_MODE);
    this.owner.own(dir.path);
  }

  private addFile(dir: WorkDir, { name, contents }: TaskFile): void {
    // A file under a name of the runtime's: what it holds at first. The script itself cannot be replaced.
    if (name === 'entrypoint') return;
    const path = join(dir.path, name);
    try {
      if (name in OWN_FILES) return overwrite(path, contents);
      for (const made of this.makeDirectories(dir, dirname(name))) this.owner.own(made);
      writeFileSync(path, contents, { flag: 'wx' });
      chmodSync(path, 0o444);
    } catch (error) {
      throw fileError(name, error);
    }
  }

  /** Makes a directory and those above it in a work directory; the paths of those that were not there. */
  private makeDirectories(dir: WorkDir, relative: string): string[] {
    if (relative === '.') return [];
    const first = mkdirSync(join(dir.path, relative), { recursive: true });
    const paths: string[] = [];
    for (let path = join(dir.path, relative); first && path.length >= first.length; path = dirname(path)) {
      paths.push(path);
    }
    return paths;
  }

  /** Whether nothing was added, taken away, linked from elsewhere or opened to others. */
  private isAsMade(dir: WorkDir): boolean {
    const uid = this.owner.uid ?? process.getuid!();
    const top = lstatSync(dir.path);
    if (top.uid !== uid || (top.mode & 0o7777) !== DIRECTORY_MODE) return false;
    if (readdirSync(dir.path).sort().join() !== OWN_NAMES) return false;
    return Object.entries(OWN_FILES).every(([name, mode]) => {
      const stat = lstatSync(join(dir.path, name));
      const rightfulUid = name === 'entrypoint' ? process.getuid!() : uid;
      return stat.isFile() && stat.nlink === 1 && stat.uid === rightfulUid && (stat.mode & 0o7777) === mode;
    });
  }

  /**
   * The directory belongs to whom the task ran as. If that is somebody else, a process that got away could put links
   * there while the worker, as root, walks through it; `rm` walks by directory handles and cannot be led elsewhere.
   */
  private async remove(path: string): Promise<void> {
    if (this.owner.isOther) await promisify(execFile)('rm', ['-rf', '--', path]);
    else await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Replaces the content of a file, never by way of a link. */
function overwrite(path: string, contents: string): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    const bytes = Buffer.from(contents);
    writeFileSync(fd, bytes);
    ftruncateSync(fd, bytes.length);
  } finally {
    closeSync(fd);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
