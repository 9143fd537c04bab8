import type Docker from 'dockerode';
import { LEASE_LABEL, OWNER_LABEL, type Ownership } from './ownership';
import { removeVolume } from './removal';

/** How often a runtime shows that it lives. */
export const RENEW_MS = 60_000;
/** Without a sign of life for so long it counts as dead: three renewals may fail. */
export const LEASE_MS = 4 * RENEW_MS;

/**
 * Shows at the daemon that a runtime lives, as the only place that all workers of a daemon see, wherever they run: an
 * empty volume, replaced by a new one at every renewal. When it was made is told by the daemon's clock.
 */
export class Lease {
  private current: string | undefined;

  constructor(
    private readonly docker: Docker,
    private readonly ownership: Ownership,
  ) {}

  async renew(): Promise<void> {
    const name = this.ownership.claim('lease');
    const before = this.current;
    await this.docker.createVolume({
      Name: name,
      Labels: { ...this.ownership.labels, [LEASE_LABEL]: this.ownership.owner },
    });
    this.current = name;
    if (before !== undefined) await this.drop(before);
  }

  async end(): Promise<void> {
    if (this.current !== undefined) await this.drop(this.current);
    this.current = undefined;
  }

  private async drop(name: string): Promise<void> {
    await removeVolume(this.docker, name).finally(() => this.ownership.release(name));
  }
}

/** The owners that have shown that they live. Ours must have a fresh lease, or there is no time to compare with. */
export async function livingOwners(docker: Docker): Promise<Set<string>> {
  const { Volumes } = await docker.listVolumes({ filters: { label: [LEASE_LABEL] } });
  const leases = Volumes.map((volume) => ({
    owner: volume.Labels[OWNER_LABEL] ?? '',
    madeAt: Date.parse((volume as { CreatedAt?: string }).CreatedAt ?? ''),
  }));
  const now = Math.max(...leases.map(({ madeAt }) => madeAt));
  return new Set(leases.filter(({ madeAt }) => madeAt > now - LEASE_MS).map(({ owner }) => owner));
}
