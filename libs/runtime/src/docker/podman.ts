import type { RunnableTask } from '@tork/core';
import { TaskFailedError } from '../errors';

/** Where Podman listens: what `CONTAINER_HOST` names, else its usual socket for root or for the user. */
export function podmanSocket(): string {
  const { CONTAINER_HOST = '', XDG_RUNTIME_DIR } = process.env;
  if (CONTAINER_HOST.startsWith('unix://')) return CONTAINER_HOST.slice('unix://'.length);
  const isRoot = process.getuid?.() === 0;
  return isRoot || !XDG_RUNTIME_DIR ? '/run/podman/podman.sock' : `${XDG_RUNTIME_DIR}/podman/podman.sock`;
}

/**
 * What a task must have on Podman, with its pre and post tasks.
 *
 * @throws TaskFailedError
 */
export function checkForPodman(task: RunnableTask): void {
  for (const { image, name } of [task, ...(task.pre ?? []), ...(task.post ?? [])]) {
    if (!image) throw new TaskFailedError('task image is required');
    if (!name) throw new TaskFailedError('task name is required');
  }
}
