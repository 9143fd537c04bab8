import type { Mount } from '@tork/core';
import { TaskFailedError } from '../../errors';
import type { IdentifiedMount, Mounter } from '../../mounter';

/** A file system in memory, which each container has for itself. */
export class TmpfsMounter implements Mounter {
  async mount(mount: IdentifiedMount): Promise<Mount> {
    if (!mount.target) throw new TaskFailedError('tmpfs target is required');
    if (mount.source) throw new TaskFailedError('tmpfs source should be empty');
    return mount;
  }

  async unmount(): Promise<void> {
    // goes with its container
  }
}
