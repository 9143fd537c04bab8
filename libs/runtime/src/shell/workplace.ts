import { Launcher } from './launcher';
import { FifoPool } from './output-fifo';
import type { Owner } from './owner';
import { ProcessRunner } from './process-runner';
import { WorkDirPool } from './work-dir-pool';
import { WorkRoot } from './work-root';

export interface WorkplaceOptions {
  owner: Owner;
  /** Where the root is made. */
  base: string;
  killGraceMs: number;
  /** Called when it can no longer be used, asked or not. Its root is still to be removed by `close`. */
  onGone: (workplace: Workplace) => void;
}

/** All that processes need to run: a root with work directories and FIFOs, and a launcher. */
export class Workplace {
  readonly workDirs: WorkDirPool;
  readonly processes: ProcessRunner;

  private constructor(
    private readonly root: WorkRoot,
    readonly launcher: Launcher,
    { owner, killGraceMs }: WorkplaceOptions,
  ) {
    this.workDirs = new WorkDirPool(root.path, owner);
    this.processes = new ProcessRunner(launcher, new FifoPool(root.path, owner), { owner, killGraceMs });
  }

  static async open(options: WorkplaceOptions): Promise<Workplace> {
    const root = await WorkRoot.create(options.base, options.owner);
    try {
      const launcher = await Launcher.start(root.path, () => options.onGone(workplace));
      const workplace = new Workplace(root, launcher, options);
      return workplace;
    } catch (error) {
      await root.remove();
      throw error;
    }
  }

  /** Kills what still runs and leaves nothing on the disk. */
  async close(): Promise<void> {
    await this.launcher.close();
    await this.root.remove();
  }
}
