import type Docker from 'dockerode';
import type { Mount } from '@tork/core';
import type { IdentifiedMount, Mounter } from '../../mounter';
import { blame } from '../daemon-error';
import type { Ownership } from '../ownership';
import { persistently, removeVolume } from '../removal';

/** A fresh volume of the daemon for each mount; `opts` are options of the volume driver. */
export class VolumeMounter implements Mounter {
  constructor(
    private readonly docker: Docker,
    private readonly ownership: Ownership,
  ) {}

  async mount(mount: IdentifiedMount): Promise<Mount> {
    const name = this.ownership.claim('volume');
    try {
      const request = { Name: name, DriverOpts: { ...mount.opts }, Labels: { ...this.ownership.labels } };
      await this.docker.createVolume(request);
    } catch (error) {
      // It may have been made although no answer came.
      await this.remove(name).catch(() => undefined);
      throw blame('error creating volume', error);
    }
    return { ...mount, source: name };
  }

  async unmount({ source = '' }: IdentifiedMount): Promise<void> {
    await this.remove(source);
  }

  private async remove(name: string): Promise<void> {
    await persistently(() => removeVolume(this.docker, name)).finally(() => this.ownership.release(name));
  }
}
