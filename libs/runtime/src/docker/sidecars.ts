import type { RunnableTask } from '@tork/core';
import type { TaskIo } from '../runtime';
import type { Surroundings } from './container-options';
import { during } from './daemon-error';
import type { DockerContext } from './docker-context';
import { PartRun } from './part-run';
import type { UndoStack } from './undo-stack';

/**
 * Starts the sidecars of a task one after the other, each when the one before is ready. What they print is the task's
 * output if they have a probe, so that one can see why they do not get ready. How they end does not matter.
 *
 * @param undo gets what takes them away again
 */
export async function startSidecars(
  context: DockerContext,
  task: RunnableTask,
  surroundings: Surroundings,
  io: TaskIo,
  undo: UndoStack,
  signal: AbortSignal,
): Promise<void> {
  for (const sidecar of task.sidecars ?? []) {
    const { probe } = sidecar;
    const output = (chunk: Uint8Array): void => (probe ? io.output(chunk) : undefined);
    const run = new PartRun(context, sidecar, surroundings, output, signal);
    undo.push(() => run.dispose());
    await naming('error creating sidecar container', run.prepare());
    await naming('error starting sidecar container', run.start());
    if (probe) await naming('error starting sidecar container', run.ready(probe));
  }
}

async function naming(what: string, step: Promise<void>): Promise<void> {
  try {
    await step;
  } catch (error) {
    throw during(what, error);
  }
}
