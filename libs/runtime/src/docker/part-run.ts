import type { HiddenTexts, Probe } from '@tork/core';
import { abortable } from '../abortable';
import { RuntimeUnavailableError, TaskFailedError } from '../errors';
import { taskFiles, type TaskFile } from '../task-files';
import { containerOptions, aliasesIn, workdirOf, type Part, type Surroundings } from './container-options';
import { blame, during, isNotFound } from './daemon-error';
import type { DockerContext } from './docker-context';
import { OutputTail } from './output';
import { probeUrls, waitUntilReady } from './probe';
import { tarOf } from './tar';
import { TaskContainer } from './task-container';
import { fileEntries, torkEntries, WORKDIR_PATH, type TorkDir } from './tork-dir';
import { UndoStack } from './undo-stack';

/** How a container ends that was killed, by the kernel for its memory or with its removal. */
const KILLED = 137;

/** One container of a task: prepared, started, ended, and removed on every way out. */
export class PartRun {
  private readonly tail: OutputTail;
  private readonly undo: UndoStack;
  private container!: TaskContainer;
  private torkDir!: TorkDir;

  /**
   * @param signal ends it at any moment
   * @param hidden what no error shows of its output
   */
  constructor(
    private readonly context: DockerContext,
    private readonly part: Part,
    private readonly surroundings: Surroundings,
    private readonly output: (chunk: Uint8Array) => void,
    private readonly signal: AbortSignal,
    hidden?: HiddenTexts,
  ) {
    this.tail = new OutputTail(hidden);
    this.undo = new UndoStack((error) => context.logger.warn({ err: error }, 'cannot remove what a task ran in'));
  }

  private get id(): string {
    return this.container.id;
  }

  /** Makes the container, with all files in it and its output followed. */
  async prepare(): Promise<void> {
    const files = taskFiles(this.part.files);
    this.container = await this.create();
    this.undo.push(() => this.container.remove());
    this.signal.throwIfAborted();
    const preparations = [this.attach(), this.join(), this.fill(files)];
    await abortable(Promise.all(preparations), this.signal);
  }

  /** @throws TaskFailedError e.g. when its command does not exist */
  async start(): Promise<void> {
    await abortable(this.blaming(`error starting container ${this.id}`, this.container.start()), this.signal);
  }

  /**
   * Resolves when it answers its probe.
   *
   * @throws TaskFailedError when it does not in time
   */
  async ready(probe: Probe): Promise<void> {
    const tell = (line: string): void => this.output(Buffer.from(line));
    const found = await this.blaming(`error inspecting container ${this.id}`, this.container.inspect());
    const urls = probeUrls(found, probe, this.context.probeHost);
    try {
      await waitUntilReady(urls, probe, tell, this.signal);
    } catch (error) {
      throw during(`error waiting for container ${this.id} to be ready`, error);
    }
  }

  /**
   * Resolves when it has ended well.
   *
   * @throws TaskFailedError with the exit code and the last lines when it has not, RuntimeUnavailableError when somebody
   *   removed it
   */
  async finish(): Promise<void> {
    const ended = this.blaming(`error waiting for container ${this.id}`, this.container.ended());
    const { exitCode } = await abortable(ended, this.signal);
    if (exitCode === KILLED && (await this.isGone())) {
      throw new RuntimeUnavailableError(`container ${this.id} was removed while it ran`);
    }
    if (exitCode !== 0) throw new TaskFailedError(`exit code ${exitCode}: ${this.tail.text}`);
  }

  /** What it left in its output file. */
  async readResult(): Promise<string | undefined> {
    const reading = this.torkDir.readResult(this.context.settings.maxResultBytes);
    return abortable(this.blaming(`error reading the output of container ${this.id}`, reading), this.signal);
  }

  /** What its progress file holds; `undefined` when that has not changed since the last call. */
  async readProgress(): Promise<string | undefined> {
    return this.torkDir.readProgress();
  }

  /** Removes the container. Safe to call at any moment, and twice. */
  async dispose(): Promise<void> {
    await this.undo.undo();
  }

  private async isGone(): Promise<boolean> {
    try {
      const { State } = await this.container.inspect();
      return State.Status === 'removing' || State.Dead;
    } catch (error) {
      return isNotFound(error);
    }
  }

  private async create(): Promise<TaskContainer> {
    const { docker, ownership, images } = this.context;
    for (let isFirst = true; ; isFirst = false) {
      const tell = (line: string): void => this.output(Buffer.from(line));
      const image = await images.hold(this.part.image, this.part.registry, tell, this.signal);
      this.undo.push(async () => image.release());
      try {
        return await TaskContainer.create(
          docker,
          ownership,
          containerOptions(this.part, image.name, this.surroundings),
        );
      } catch (error) {
        if (!isFirst || !isNotFound(error)) throw blame('error creating container', error);
        images.forget(image.name); // somebody removed it since we last saw it
      }
    }
  }

  private async attach(): Promise<void> {
    const attaching = this.container.attach((chunk) => {
      this.tail.write(chunk);
      this.output(chunk);
    });
    await this.blaming(`error attaching to container ${this.id}`, attaching);
  }

  private async join(): Promise<void> {
    for (const network of this.surroundings.networks.slice(1)) {
      const joining = this.container.join(network, aliasesIn(network, this.part));
      await this.blaming(`error starting container ${this.id}`, joining);
    }
  }

  private async fill(files: readonly TaskFile[]): Promise<void> {
    const { container, signal } = this.container;
    const workdir = workdirOf(this.part);
    const isInTorkDir = workdir === WORKDIR_PATH;
    const fillTorkDir = async (): Promise<void> => {
      this.torkDir = await this.context.torkDirs.of(container, signal);
      await this.torkDir.fill(torkEntries(this.part.run, isInTorkDir ? files : []));
    };
    await this.blaming('error initializing torkdir', fillTorkDir());
    if (files.length === 0 || isInTorkDir) return;
    const archive = await tarOf(fileEntries(files));
    const filling = container.putArchive(archive, { path: workdir, abortSignal: signal });
    await this.blaming('error initializing workdir', filling);
  }

  /** Failures of the client as those of the task or of the runtime. */
  private async blaming<T>(what: string, request: Promise<T>): Promise<T> {
    try {
      return await request;
    } catch (error) {
      throw blame(what, error);
    }
  }
}
