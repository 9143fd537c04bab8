import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { isNotFound } from './daemon-error';

const TRIES = 5;
const FIRST_PAUSE_MS = 200;
/** A daemon needs up to ten seconds to kill what does not want to die. */
const TRY_MS = 15_000;

/**
 * Tries to remove something up to five times, with pauses that double from 200 ms, but not again when a try took so long
 * that the daemon seems to hang. Rejects with the last failure; what is still there then is for the sweeper.
 */
export async function persistently(remove: () => Promise<void>): Promise<void> {
  const giveUpAt = Date.now() + TRY_MS;
  for (let tries = 1, pauseMs = FIRST_PAUSE_MS; ; tries++, pauseMs *= 2) {
    try {
      return await remove();
    } catch (error) {
      if (tries === TRIES || Date.now() + pauseMs > giveUpAt) throw error;
      await sleep(pauseMs);
    }
  }
}

/** Kills it if it runs, and takes its anonymous volumes along. Resolves too when there is none. */
export const removeContainer = (docker: Docker, idOrName: string): Promise<void> =>
  unlessNotFound(
    docker.getContainer(idOrName).remove({ force: true, v: true, abortSignal: AbortSignal.timeout(TRY_MS) }),
  );

export const removeVolume = (docker: Docker, name: string): Promise<void> =>
  unlessNotFound(docker.getVolume(name).remove({ force: true, abortSignal: AbortSignal.timeout(TRY_MS) }));

export const removeNetwork = (docker: Docker, name: string): Promise<void> =>
  unlessNotFound(docker.getNetwork(name).remove({ abortSignal: AbortSignal.timeout(TRY_MS) }));

async function unlessNotFound(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
