import { createWriteStream } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Mount } from '@tork/core';
import { TaskFailedError } from '@tork/engine';
import type { IdentifiedMount, Mounter } from '@tork/engine';
import { x as extract } from 'tar';
import { download } from './download';

export interface ArchiveMounterOptions {
  /** Where the archives are. A mount names one below it; nothing else can be fetched. */
  base: URL;
  /** A folder of this worker alone, on the machine of the Docker daemon. What is in it at the start is removed. */
  folder: string;
  /** Most bytes of an archive, and of what is in it. Default 1 GiB. */
  maxBytes?: number;
}

/**
 * Mounts of the type `archive`: a tar archive, compressed or not, unpacked into a directory of its own for each task.
 * `source` is its path below the base; `opts.sha256`, if there is one, what it must hash to.
 */
export class ArchiveMounter implements Mounter {
  private readonly maxBytes: number;

  constructor(private readonly options: ArchiveMounterOptions) {
    this.maxBytes = options.maxBytes ?? 1024 ** 3;
  }

  /** Takes away what a killed worker left. Mounters have no start of their own: call it before that of the engine. */
  async sweep(): Promise<void> {
    await rm(this.options.folder, { recursive: true, force: true });
    await mkdir(this.options.folder, { recursive: true });
  }

  async mount({ id, opts, source = '', target }: IdentifiedMount, signal: AbortSignal): Promise<Mount> {
    if (!target) throw new TaskFailedError('archive target is required');
    const url = this.locate(source);
    const folder = join(this.options.folder, id);
    const file = `${folder}.tar`;
    try {
      await this.fetch(url, file, opts?.sha256, signal);
      await mkdir(folder);
      await chmod(folder, 0o755); // containers run as whomever their image says
      await this.unpack(url, file, folder);
      return { type: 'bind', source: folder, target };
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    } finally {
      await rm(file, { force: true });
    }
  }

  async unmount({ id }: IdentifiedMount): Promise<void> {
    await rm(join(this.options.folder, id), { recursive: true, force: true });
  }

  private locate(source: string): URL {
    const { base } = this.options;
    const url = new URL(source, base);
    if (source !== '' && url.href.startsWith(base.href)) return url;
    throw new TaskFailedError(`archive source: expected a path below ${base.href}, found ${source}`);
  }

  /** Into a file first: nothing is unpacked that is not whole, and what it should be. */
  private async fetch(url: URL, file: string, sha256: string | undefined, signal: AbortSignal): Promise<void> {
    const { maxBytes } = this;
    await pipeline(download(url, { maxBytes, sha256, signal }), createWriteStream(file));
  }

  private async unpack(url: URL, file: string, folder: string): Promise<void> {
    let left = this.maxBytes;
    const filter = (_path: string, { size = 0 }: { size?: number }) => (left -= size) >= 0;
    // Strict: an entry that leads out of the folder fails the mount.
    await extract({ file, cwd: folder, strict: true, filter }).catch((cause: Error) => {
      throw new TaskFailedError(`${url.href} cannot be unpacked: ${cause.message}`, { cause });
    });
    if (left < 0) throw new TaskFailedError(`${url.href} holds more than ${this.maxBytes} bytes`);
  }
}
