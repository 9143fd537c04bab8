import { chmodSync, closeSync, constants, lstatSync, mkdirSync, openSync } from 'node:fs';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RuntimeUnavailableError } from '../errors';
import { fileError, type TaskFile } from '../task-files';
import type { Owner } from './owner';
import { WorkDir } from './work-dir';
import { removeTree } from './work-root';

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
      fill(dir.entrypoint, script);
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

  /** Removes a directory in which a process may still run. */
  async discard(dir: WorkDir): Promise<void> {
    await this.remove(dir.path);
  }

  /** Takes a directory back whose processes have ended. */
  async giveBack(dir: WorkDir): Promise<void> {
    try {
      const written = this.writtenIfAsMade(dir);
      if (!written) return await this.remove(dir.path);
      for (const path of written) empty(path);
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
      if (Object.hasOwn(OWN_FILES, name)) return fill(path, contents);
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

  /**
   * The files that hold something, if the directory is otherwise as it was made: nothing added, taken away, linked from
   * elsewhere, or opened to others.
   */
  private writtenIfAsMade(dir: WorkDir): string[] | undefined {
    const ownUid = process.getuid!();
    const taskUid = this.owner.uid ?? ownUid;
    const top = lstatSync(dir.path);
    if (top.uid !== taskUid || (top.mode & 0o7777) !== DIRECTORY_MODE) return undefined;
    if (readdirSync(dir.path).sort().join() !== OWN_NAMES) return undefined;
    const written: string[] = [];
    for (const [name, mode] of Object.entries(OWN_FILES)) {
      const path = join(dir.path, name);
      const stat = lstatSync(path);
      const uid = name === 'entrypoint' ? ownUid : taskUid;
      if (!stat.isFile() || stat.nlink !== 1 || stat.uid !== uid || (stat.mode & 0o7777) !== mode) return undefined;
      if (stat.size > 0) written.push(path);
    }
    return written;
  }

  /**
   * The directory belongs to whom the task ran as. If that is somebody else, a process that got away could put links
   * there while the worker, as root, walks through it by names.
   */
  private async remove(path: string): Promise<void> {
    if (this.owner.isOther) await removeTree(path);
    else await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Writes to a file that is empty, never by way of a link. */
function fill(path: string, contents: string): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    writeFileSync(fd, contents);
  } finally {
    closeSync(fd);
  }
}

/** Takes away what is in a file, never by way of a link. */
function empty(path: string): void {
  closeSync(openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_TRUNC));
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
