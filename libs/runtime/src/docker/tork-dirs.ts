import { accessSync, constants } from 'node:fs';
import type { Container } from 'dockerode';
import { LocalTorkDir, RemoteTorkDir, TORK_DIR, type TorkDir } from './tork-dir';

/** Finds out how the `/tork` of a container is reached. */
export class TorkDirs {
  /** @param areLocal whether volumes of the daemon may be written to from here, if they can be */
  constructor(private areLocal: boolean) {}

  /** @param signal ends the requests that the directory makes */
  async of(container: Container, signal: AbortSignal): Promise<TorkDir> {
    const path = this.areLocal ? await volumePath(container, signal) : undefined;
    // The daemon gave the volume a name that no other has: what is there under this path is the same directory.
    this.areLocal = path !== undefined && isWritable(path);
    return this.areLocal ? new LocalTorkDir(path!) : new RemoteTorkDir(container, signal);
  }
}

/** Where the daemon's host has the content of the volume, if it is one that is kept in a directory. */
async function volumePath(container: Container, abortSignal: AbortSignal): Promise<string | undefined> {
  const { Mounts } = await container.inspect({ abortSignal });
  const mount = Mounts.find(({ Destination }) => Destination === TORK_DIR);
  return mount?.Driver === 'local' ? mount.Source : undefined;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
