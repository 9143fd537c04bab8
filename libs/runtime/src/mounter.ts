import type { Mount } from '@tork/core';

/** Makes a kind of mount available to tasks and takes it away again. Registered by runtime and mount type. */
export interface Mounter {
  /** May rewrite `type`, `source` and `target`; `id` is this mount's own. */
  mount(mount: Mount & { id: string }): Promise<Mount>;
  /** Undoes `mount`. Called once for each successful one, also after a failed run. */
  unmount(mount: Mount & { id: string }): Promise<void>;
}
