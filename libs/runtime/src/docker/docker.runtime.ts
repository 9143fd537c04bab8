import type { RunnableTask } from '@tork/core';
import type Docker from 'dockerode';
import { ActiveRuns } from '../active-runs';
import { RuntimeUnavailableError } from '../errors';
import { silentLogger, type Logger } from '../logger';
import { MounterRegistry, type Mounter } from '../mounter';
import { PROGRESS_INTERVAL_MS } from '../progress';
import { MAX_RESULT_BYTES } from '../report-files';
import type { Runtime, TaskIo, TaskResult } from '../runtime';
import { connectToDaemon, disconnect, hostOf } from './daemon';
import { daemonText } from './daemon-error';
import type { DockerContext } from './docker-context';
import { Credentials } from './images/credentials';
import { ImageStore } from './images/image-store';
import { Lease, RENEW_MS } from './lease';
import { BindMounter, type BindMounterOptions } from './mounters/bind.mounter';
import { TmpfsMounter } from './mounters/tmpfs.mounter';
import { VolumeMounter } from './mounters/volume.mounter';
import { Ownership } from './ownership';
import { Periodic } from './periodic';
import { checkForPodman, podmanSocket } from './podman';
import { probeHostOf } from './probe';
import { findSelfContainer } from './self-container';
import { Sweeper } from './sweeper';
import { TaskRun } from './task-run';
import { TorkDirs } from './tork-dirs';

export interface DockerRuntimeOptions {
  /** `podman` has its own rules: a task must have a name and an image. Default `docker`. */
  name?: 'docker' | 'podman';
  /** Socket of the daemon. Default: what `DOCKER_HOST` says, else Docker's own; for Podman its own. */
  socketPath?: string;
  /** Docker configuration file with credentials. Default: `config.json` in `$DOCKER_CONFIG` or `~/.docker`. */
  config?: string;
  /** Whether containers get all privileges of the host. Default false. */
  privileged?: boolean;
  /** Whether tasks may name the network `host`. Default false. */
  hostNetwork?: boolean;
  image?: {
    /** Milliseconds that an image is kept after its last use. Default 72 h. */
    ttl?: number;
    /** Whether a pulled image is tried before it is used. Default false. */
    verify?: boolean;
  };
  /** Which directories of the host may be mounted. Default: none. */
  bind?: BindMounterOptions;
  /** Further mounters by mount type, or other ones for `volume`, `bind` and `tmpfs`. */
  mounters?: Readonly<Record<string, Mounter>>;
  /**
   * Whether files go directly to the disk that the daemon has its volumes on, where this process can write there. Saves
   * a fifth of a short task. Default true.
   */
  localVolumes?: boolean;
  /** Default 10 s. */
  progressIntervalMs?: number;
  /** A longer result fails its task. Default 64 MiB. */
  maxResultBytes?: number;
  logger?: Logger;
}

const IMAGE_TTL_MS = 72 * 3_600_000;
const PRUNE_MS = 3_600_000;

/** Runs tasks in containers of a Docker daemon, or of Podman, which speaks the same language. */
export class DockerRuntime implements Runtime {
  readonly name: 'docker' | 'podman';
  private readonly logger: Logger;
  private readonly runs = new ActiveRuns();
  private readonly chores: Periodic[] = [];
  private started: { context: DockerContext; lease: Lease } | undefined;

  constructor(private readonly options: DockerRuntimeOptions = {}) {
    this.name = options.name ?? 'docker';
    this.logger = options.logger ?? silentLogger;
  }

  async start(): Promise<void> {
    const socketPath = this.options.socketPath ?? (this.name === 'podman' ? podmanSocket() : undefined);
    const docker = await connectToDaemon({ socketPath });
    const context = await this.contextOf(docker);
    const lease = new Lease(docker, context.ownership);
    this.started = { context, lease };
    const sweeper = new Sweeper(docker, context.ownership, this.logger);
    const renew = async (): Promise<void> => {
      await lease.renew();
      await sweeper.sweep();
    };
    try {
      await renew();
    } catch (error) {
      throw new RuntimeUnavailableError(`the ${this.name} runtime cannot start: ${daemonText(error)}`, {
        cause: error,
      });
    }
    const onFailure = (error: unknown): void => {
      this.logger.warn({ error: daemonText(error) }, `cannot tidy up at the ${this.name} daemon`);
    };
    this.chores.push(
      new Periodic(RENEW_MS, renew, onFailure),
      new Periodic(PRUNE_MS, () => context.images.prune(), onFailure),
    );
  }

  run(task: RunnableTask, io: TaskIo, signal: AbortSignal): Promise<TaskResult> {
    return this.runs.run(signal, async (ending) => {
      if (this.name === 'podman') checkForPodman(task);
      return new TaskRun(this.contextOfRuns(), task, io, ending).run();
    });
  }

  async health(): Promise<void> {
    const { docker } = this.contextOfRuns();
    try {
      await docker.ping();
    } catch (error) {
      throw new RuntimeUnavailableError(`the ${this.name} daemon does not answer: ${daemonText(error)}`, {
        cause: error,
      });
    }
  }

  async close(): Promise<void> {
    await this.runs.close(this.name);
    for (const chore of this.chores.splice(0)) await chore.stop();
    const { started } = this;
    this.started = undefined;
    if (!started) return;
    await started.lease.end().catch((error: unknown) => {
      this.logger.warn({ error: daemonText(error) }, 'cannot remove the lease of the runtime');
    });
    disconnect(started.context.docker);
  }

  private contextOfRuns(): DockerContext {
    this.runs.throwIfClosed();
    if (!this.started) throw new RuntimeUnavailableError(`the ${this.name} runtime was not started`);
    return this.started.context;
  }

  private async contextOf(docker: Docker): Promise<DockerContext> {
    const { options, logger } = this;
    const ownership = new Ownership();
    const { ttl = IMAGE_TTL_MS, verify = false } = options.image ?? {};
    const credentials = new Credentials(options.config, logger);
    const builtIn = {
      volume: new VolumeMounter(docker, ownership),
      bind: new BindMounter(options.bind ?? { allowed: false, sources: [] }),
      tmpfs: new TmpfsMounter(),
    };
    return {
      docker,
      ownership,
      images: new ImageStore(docker, credentials, ownership, { ttlMs: ttl, verify }, logger),
      mounters: new MounterRegistry(builtIn, options.mounters),
      torkDirs: new TorkDirs(options.localVolumes ?? true),
      probeHost: probeHostOf(hostOf(docker)),
      selfContainer: await findSelfContainer(docker),
      settings: {
        privileged: options.privileged ?? false,
        hostNetwork: options.hostNetwork ?? false,
        progressIntervalMs: options.progressIntervalMs ?? PROGRESS_INTERVAL_MS,
        maxResultBytes: options.maxResultBytes ?? MAX_RESULT_BYTES,
      },
      logger,
    };
  }
}
