import type Docker from 'dockerode';
import type { Logger } from '../logger';
import type { MounterRegistry } from '../mounter';
import type { ImageStore } from './images/image-store';
import type { Ownership } from './ownership';
import type { ProbeHost } from './probe';
import type { TorkDirs } from './tork-dirs';

/** What the runs of a runtime share, between its start and its close. */
export interface DockerContext {
  docker: Docker;
  ownership: Ownership;
  images: ImageStore;
  mounters: MounterRegistry;
  torkDirs: TorkDirs;
  probeHost: ProbeHost;
  /** The container that this process runs in, if it is one of the same daemon. */
  selfContainer: string | undefined;
  settings: RunSettings;
  logger: Logger;
}

export interface RunSettings {
  privileged: boolean;
  /** Whether tasks may name the network `host`. */
  hostNetwork: boolean;
  progressIntervalMs: number;
  maxResultBytes: number;
}
