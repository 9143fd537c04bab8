import { randomUUID } from 'node:crypto';
import type { Mount, RunnableTask } from '@tork/core';
import { RuntimeUnavailableError, TaskFailedError } from '../errors';
import type { Mounter } from '../mounter';
import type { Surroundings } from './container-options';
import { blame, daemonText } from './daemon-error';
import type { DockerContext } from './docker-context';
import { checkNetworks } from './networks';
import { persistently, removeNetwork } from './removal';
import type { UndoStack } from './undo-stack';

/**
 * Makes what all containers of a task have in common: a network of their own if there are sidecars, and the mounts.
 *
 * @param undo gets what takes it away again
 */
export async function surround(
  context: DockerContext,
  task: RunnableTask,
  undo: UndoStack,
  signal: AbortSignal,
): Promise<Surroundings> {
  const { settings, ownership } = context;
  const networks = [...(task.networks ?? [])];
  checkNetworks(networks, settings.hostNetwork);
  if (task.sidecars?.length) networks.push(await makeNetwork(context, undo));
  const mounts = [];
  for (const mount of task.mounts ?? []) {
    signal.throwIfAborted();
    mounts.push(await makeMount(context.mounters.get(mount.type), mount, undo, signal));
  }
  return {
    mounts,
    networks,
    limits: task.limits,
    privileged: settings.privileged,
    labels: ownership.labelsOf(task.id),
    probeHost: context.probeHost.bind,
  };
}

async function makeMount(mounter: Mounter, mount: Mount, undo: UndoStack, signal: AbortSignal): Promise<Mount> {
  const id = randomUUID();
  try {
    const mounted = await mounter.mount({ ...mount, id }, signal);
    undo.push(() => mounter.unmount({ ...mounted, id }));
    return mounted;
  } catch (error) {
    if (error instanceof TaskFailedError || error instanceof RuntimeUnavailableError) throw error;
    throw new TaskFailedError(
      `error mounting ${mount.type}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

/** A network for a task and its sidecars, who find each other in it by name. */
async function makeNetwork(
  { docker, ownership, selfContainer, logger }: DockerContext,
  undo: UndoStack,
): Promise<string> {
  const name = ownership.claim('network');
  const network = docker.getNetwork(name);
  undo.push(async () => {
    await persistently(() => removeNetwork(docker, name)).finally(() => ownership.release(name));
  });
  try {
    await docker.createNetwork({ Name: name, Driver: 'bridge', Labels: { ...ownership.labels } });
  } catch (error) {
    throw blame('error creating network', error);
  }
  if (selfContainer !== undefined) {
    // to get at the ports that are probed; a container can only leave a network that is not removed yet
    undo.push(() => network.disconnect({ Container: selfContainer, Force: true }));
    await network.connect({ Container: selfContainer }).catch((error: unknown) => {
      logger.debug({ error: daemonText(error) }, 'cannot join the network of a task with sidecars');
    });
  }
  return name;
}
