import { chmod, mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import type { Mount } from '@tork/core';
import { TaskFailedError } from '../../errors';
import type { IdentifiedMount, Mounter } from '../../mounter';

export interface BindMounterOptions {
  /** Whether directories of the host may be mounted at all. */
  allowed: boolean;
  /** Those that may be, with all below them; upper and lower case do not matter. Empty: any. */
  sources: readonly string[];
}

/** Containers run as whomever their image says: all may use what is made for them. */
const MODE = 0o707;

/**
 * A directory of the host. What counts is where a path leads: links are followed before it is compared, and the daemon
 * gets the path without them, so that none can be changed in between. They are those that this process sees; where the
 * daemon is on another host, list only directories without links in them.
 */
export class BindMounter implements Mounter {
  constructor(private readonly options: BindMounterOptions) {}

  async mount(mount: IdentifiedMount): Promise<Mount> {
    if (!this.options.allowed) throw new TaskFailedError('bind mounts are not allowed');
    if (!mount.source) throw new TaskFailedError('bind source is required');
    if (!isAbsolute(mount.source)) throw notAllowed(mount.source);
    const source = await withoutLinks(mount.source);
    if (!(await this.isListed(source))) throw notAllowed(mount.source);
    await makeDirectory(source);
    return { ...mount, source };
  }

  async unmount(): Promise<void> {
    // what is on the host stays there
  }

  private async isListed(source: string): Promise<boolean> {
    if (this.options.sources.length === 0) return true;
    const path = `${source.toLowerCase()}${sep}`;
    for (const listed of this.options.sources) {
      const parent = (await withoutLinks(listed)).toLowerCase();
      if (path.startsWith(parent.endsWith(sep) ? parent : parent + sep)) return true;
    }
    return false;
  }
}

/** Where a path leads. Of what is not there yet, the part that is. */
async function withoutLinks(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(absolute) === absolute)
      throw notUsable(path, error);
    return join(await withoutLinks(dirname(absolute)), basename(absolute));
  }
}

async function makeDirectory(path: string): Promise<void> {
  try {
    const made = await mkdir(path, { recursive: true });
    if (made !== undefined) await chmod(path, MODE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return; // a file, which can be mounted too
    throw notUsable(path, error);
  }
}

const notAllowed = (source: string): TaskFailedError => new TaskFailedError(`src bind mount is not allowed: ${source}`);

const notUsable = (path: string, error: unknown): TaskFailedError =>
  new TaskFailedError(`bind source ${path} cannot be used: ${(error as Error).message}`);
