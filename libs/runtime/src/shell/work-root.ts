import { execFile } from 'node:child_process';
import { chmodSync, closeSync, constants, lstatSync, mkdtempSync, openSync, readdirSync, renameSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Owner } from './owner';

const run = promisify(execFile);

const PREFIX = `tork-shell-${hostname().replace(/[^\w.-]/g, '-')}-`;
/** What `mkdtemp` adds. */
const RANDOM = /^[A-Za-z0-9]{6}$/;

/** A root without a sign of life this young may still be in the making. */
const YOUNG_MS = 60_000;

/**
 * The directory of one runtime, with all its work directories. It holds a FIFO that the runtime has open for reading,
 * which tells others that it lives: the kernel closes it whatever becomes of the process, and unlike a process id it
 * cannot be taken over by another and is seen from other containers that share the directory.
 */
export class WorkRoot {
  private constructor(
    readonly path: string,
    private readonly signOfLife: number,
  ) {}

  /** @param base e.g. the system's directory for temporary files */
  static async create(base: string, owner: Owner): Promise<WorkRoot> {
    const path = mkdtempSync(join(base, PREFIX));
    // The work directories are not writable by others, but whom tasks run as must get to its own.
    if (owner.isOther) chmodSync(path, 0o711);
    // It gets its name when it is open: one that nobody has open is that of a runtime that died.
    const fifo = `${fifoOf(path)}.new`;
    await run('mkfifo', ['-m', '600', fifo]);
    const signOfLife = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    renameSync(fifo, fifoOf(path));
    return new WorkRoot(path, signOfLife);
  }

  /** Removes it with all that is in it. */
  async remove(): Promise<void> {
    closeSync(this.signOfLife);
    await removeTree(this.path);
  }
}

/** The roots of runtimes of this machine and user that died without removing them. */
export function abandonedRoots(base: string): string[] {
  return readdirSync(base)
    .filter((name) => name.startsWith(PREFIX) && RANDOM.test(name.slice(PREFIX.length)))
    .map((name) => join(base, name))
    .filter(isAbandoned);
}

/** Walks by directory handles: nothing in the tree, e.g. a link made meanwhile, can lead it elsewhere. */
export async function removeTree(path: string): Promise<void> {
  await run('rm', ['-rf', '--', path]);
}

function isAbandoned(root: string): boolean {
  const stat = lstatSync(root, { throwIfNoEntry: false });
  if (!stat?.isDirectory() || stat.uid !== process.getuid!()) return false;
  try {
    closeSync(openSync(fifoOf(root), constants.O_WRONLY | constants.O_NONBLOCK));
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENXIO' || (code === 'ENOENT' && Date.now() - stat.mtimeMs > YOUNG_MS);
  }
}

const fifoOf = (root: string): string => join(root, 'alive');
