import { HiddenTexts } from '@tork/core';
import type { AuxTask, RunnableTask } from '@tork/core';
import { TaskFailedError } from '../errors';
import { ProgressFollower } from '../progress';
import type { TaskIo, TaskResult } from '../runtime';
import type { Surroundings } from './container-options';
import type { DockerContext } from './docker-context';
import { PartRun } from './part-run';
import { startSidecars } from './sidecars';
import { surround } from './surroundings';
import { UndoStack } from './undo-stack';

/** A task from its mounts to its result. */
export class TaskRun {
  private readonly hidden: HiddenTexts;

  /** @param signal ends it at any moment */
  constructor(
    private readonly context: DockerContext,
    private readonly task: RunnableTask,
    private readonly io: TaskIo,
    private readonly signal: AbortSignal,
  ) {
    this.hidden = new HiddenTexts(task.hidden);
  }

  async run(): Promise<TaskResult> {
    const { task } = this;
    if (!task.id) throw new TaskFailedError('task id is required');
    const undo = new UndoStack((error) =>
      this.context.logger.warn({ taskId: task.id, err: error }, 'cannot take away what a task used'),
    );
    try {
      const surroundings = await surround(this.context, task, undo, this.signal);
      for (const pre of task.pre ?? []) await this.runAux(pre, surroundings);
      const result = await this.runMain(surroundings);
      for (const post of task.post ?? []) await this.runAux(post, surroundings);
      return result === undefined ? {} : { result };
    } finally {
      await undo.undo();
    }
  }

  private async runAux(part: AuxTask, surroundings: Surroundings): Promise<void> {
    const run = this.partRun(part, surroundings);
    try {
      await run.prepare();
      await run.start();
      await run.finish();
    } finally {
      await run.dispose();
    }
  }

  private async runMain(surroundings: Surroundings): Promise<string | undefined> {
    const sidecars = new UndoStack((error) => this.context.logger.warn({ err: error }, 'cannot remove a sidecar'));
    const run = this.partRun(this.task, surroundings);
    let progress: ProgressFollower | undefined;
    try {
      await run.prepare();
      await startSidecars(this.context, this.task, surroundings, this.io, sidecars, this.signal);
      await run.start();
      progress = this.follow(run);
      try {
        await run.finish();
      } finally {
        if (!this.signal.aborted) await progress.finish();
      }
      return await run.readResult();
    } finally {
      progress?.stop();
      await Promise.all([run.dispose(), sidecars.undo()]);
    }
  }

  private follow(run: PartRun): ProgressFollower {
    return new ProgressFollower(
      () => run.readProgress(),
      (percent) => this.io.progress(percent),
      {
        intervalMs: this.context.settings.progressIntervalMs,
        onUnparsable: () => this.context.logger.warn({ taskId: this.task.id }, 'the progress file holds no number'),
      },
    );
  }

  private partRun(part: AuxTask, surroundings: Surroundings): PartRun {
    return new PartRun(this.context, part, surroundings, (chunk) => this.io.output(chunk), this.signal, this.hidden);
  }
}
