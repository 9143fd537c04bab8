import type { Mount } from '@tork/core';
import { TaskFailedError } from './errors';

/** A mount of a task under way, with an id of its own. */
export type IdentifiedMount = Mount & { id: string };

/** Makes a kind of mount available to tasks and takes it away again. Registered by runtime and mount type. */
export interface Mounter {
  /**
   * May rewrite `type`, `source` and `target`; `id` is this mount's own. The result must be of the type `volume`, `bind`
   * or `tmpfs`, which is what containers know. What takes time ends when `signal` is aborted: the task has been cancelled,
   * is out of time or goes elsewhere. What it made until it rejects is its own to take away.
   */
  mount(mount: IdentifiedMount, signal: AbortSignal): Promise<Mount>;
  /** Undoes `mount`, whose result it gets. Called once for each successful one, also after a failed run. */
  unmount(mount: IdentifiedMount): Promise<void>;
}

/** The mounters of a runtime by mount type. */
export class MounterRegistry {
  private readonly mounters: ReadonlyMap<string, Mounter>;

  /** @param registered those of extenders; they replace a built-in one of the same type */
  constructor(builtIn: Readonly<Record<string, Mounter>>, registered: Readonly<Record<string, Mounter>> = {}) {
    this.mounters = new Map([...Object.entries(builtIn), ...Object.entries(registered)]);
  }

  /** @throws TaskFailedError for a type that nobody mounts */
  get(type: string | undefined): Mounter {
    const mounter = this.mounters.get(type ?? '');
    if (!mounter) throw new TaskFailedError(`unknown mount type: ${type ?? ''}`);
    return mounter;
  }
}
