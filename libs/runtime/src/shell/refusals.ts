import type { AuxTask, RunnableTask } from '@tork/core';
import { TaskFailedError } from '../errors';

type Part = AuxTask & Partial<Pick<RunnableTask, 'mounts' | 'limits' | 'networks' | 'sidecars'>>;

/** What a shell cannot do, in the order in which it is checked. */
const UNSUPPORTED: [what: string, asksForIt: (part: Part) => boolean][] = [
  ['mounts are', ({ mounts }) => isFilled(mounts)],
  ['entrypoint is', ({ entrypoint }) => isFilled(entrypoint)],
  ['image is', ({ image }) => Boolean(image)],
  ['limits are', ({ limits }) => Boolean(limits?.cpus || limits?.memory)],
  ['networks are', ({ networks }) => isFilled(networks)],
  ['registry is', ({ registry }) => registry !== undefined],
  ['cmd is', ({ cmd }) => isFilled(cmd)],
  ['sidecars are', ({ sidecars }) => isFilled(sidecars)],
];

const isFilled = (list: readonly unknown[] | undefined): boolean => list !== undefined && list.length > 0;

/**
 * Refuses a task that asks for what a shell does not have, in itself or in its pre and post tasks.
 *
 * @throws TaskFailedError
 */
export function refuseUnsupported(task: RunnableTask): void {
  for (const part of [task, ...(task.pre ?? []), ...(task.post ?? [])]) {
    const found = UNSUPPORTED.find(([, asksForIt]) => asksForIt(part));
    if (found) throw new TaskFailedError(`${found[0]} not supported on shell runtime`);
  }
}
