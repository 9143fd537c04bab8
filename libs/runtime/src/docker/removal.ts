import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { isNotFound } from './daemon-error';

const TRIES = 5;
const FIRST_PAUSE_MS = 200;

/** Tries to remove something up to five times, with pauses that double from 200 ms. Rejects with the last failure. */
export async function persistently(remove: () => Promise<void>): Promise<void> {
  for (let tries = 1, pauseMs = FIRST_PAUSE_MS; ; tries++, pauseMs *= 2) {
    try {
      return await remove();
    } catch (error) {
      if (tries === TRIES) throw error;
      await sleep(pauseMs);
    }
  }
}

/** Kills it if it runs, and takes its anonymous volumes along. Resolves too when there is none. */
export const removeContainer = (docker: Docker, idOrName: string): Promise<void> =>
  unlessNotFound(docker.getContainer(idOrName).remove({ force: true, v: true }));

export const removeVolume = (docker: Docker, name: string): Promise<void> =>
  unlessNotFound(docker.getVolume(name).remove({ force: true }));

export const removeNetwork = (docker: Docker, name: string): Promise<void> =>
  unlessNotFound(docker.getNetwork(name).remove());

async function unlessNotFound(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
