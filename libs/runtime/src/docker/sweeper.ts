import type Docker from 'dockerode';
import type { Logger } from '../logger';
import { daemonText } from './daemon-error';
import { livingOwners } from './lease';
import { isProcessAlive, OWNER_LABEL, PROCESS_LABEL, type Ownership } from './ownership';
import { removeContainer, removeNetwork, removeVolume } from './removal';

interface Found {
  kind: 'container' | 'network' | 'volume';
  /** By which it is removed. */
  id: string;
  name: string;
  labels: Readonly<Record<string, string>>;
}

/** Removes what runtimes left at the daemon that died, and what this one could not remove when it was done with it. */
export class Sweeper {
  constructor(
    private readonly docker: Docker,
    private readonly ownership: Ownership,
    private readonly logger: Logger,
  ) {}

  /** Our own lease must be fresh. Rejects when the daemon cannot be asked; what cannot be removed is only logged. */
  async sweep(): Promise<void> {
    // in this order: whoever made something before we looked had shown before that it lives
    const found = await this.find();
    const living = await livingOwners(this.docker);
    for (const thing of found.filter((one) => this.isLeftOver(one, living))) await this.remove(thing);
  }

  /** Containers first: what they use cannot be removed before. */
  private async find(): Promise<Found[]> {
    const filters = { label: [OWNER_LABEL] };
    const [containers, networks, volumes] = await Promise.all([
      this.docker.listContainers({ all: true, filters }),
      this.docker.listNetworks({ filters }),
      this.docker.listVolumes({ filters: { ...filters, dangling: ['true'] } }),
    ]);
    return [
      ...containers.map(({ Id, Names, Labels }) => thing('container', Id, Names[0]?.replace(/^\//, ''), Labels)),
      ...networks.map(({ Id, Name, Labels }) => thing('network', Id, Name, Labels)),
      ...volumes.Volumes.map(({ Name, Labels }) => thing('volume', Name, Name, Labels)),
    ];
  }

  private isLeftOver({ name, labels }: Found, living: ReadonlySet<string>): boolean {
    const owner = labels[OWNER_LABEL] ?? '';
    if (owner === this.ownership.owner) return !this.ownership.isInUse(name);
    return !(isProcessAlive(labels[PROCESS_LABEL]) ?? living.has(owner));
  }

  private async remove({ kind, id, name }: Found): Promise<void> {
    const remove = { container: removeContainer, network: removeNetwork, volume: removeVolume }[kind];
    try {
      await remove(this.docker, id);
      this.logger.info({ kind, name }, 'removed what a dead worker left behind');
    } catch (error) {
      this.logger.warn({ kind, name, error: daemonText(error) }, 'cannot remove what a dead worker left behind');
    }
  }
}

const thing = (kind: Found['kind'], id: string, name = id, labels: Found['labels'] | null | undefined): Found => ({
  kind,
  id,
  name,
  labels: labels ?? {},
});
