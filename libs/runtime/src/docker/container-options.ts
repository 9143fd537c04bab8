import type { ContainerCreateOptions, HostConfig } from 'dockerode';
import type { AuxTask, Limits, Mount, Probe } from '@tork/core';
import { TaskFailedError } from '../errors';
import { taskEnv } from '../task-env';
import { parseGpus } from './gpus';
import { parseCpus, parseMemory } from './limits';
import { knowsAliases } from './networks';
import { slug } from './slug';
import { ENTRYPOINT_PATH, OUTPUT_PATH, PROGRESS_PATH, TORK_DIR, WORKDIR_PATH } from './tork-dir';

/** A part of a task that gets a container: the main task, a pre or post task, or a sidecar. */
export interface Part extends AuxTask {
  workdir?: string;
  gpus?: string;
  probe?: Probe;
}

/** What all containers of a task have in common. */
export interface Surroundings {
  mounts: readonly Mount[];
  /** In each, a container goes by the slug of its part's name. */
  networks: readonly string[];
  limits: Limits | undefined;
  privileged: boolean;
  labels: Readonly<Record<string, string>>;
  /** The address at the daemon's host where the port of a probe can be reached; any free port. */
  probeHost: string;
}

/** What the daemon makes the container of a part from. */
export function containerOptions(part: Part, image: string, surroundings: Surroundings): ContainerCreateOptions {
  const { networks, labels } = surroundings;
  const workdir = workdirOf(part);
  const [network = ''] = networks;
  const aliases = aliasesIn(network, part);
  return {
    Image: image,
    ...commandOf(part),
    Env: Object.entries({
      ...taskEnv(part.env),
      TORK_OUTPUT: OUTPUT_PATH,
      TORK_PROGRESS: PROGRESS_PATH,
    }).map(([name, value]) => `${name}=${value}`),
    ...(workdir && { WorkingDir: workdir }),
    Labels: { ...labels },
    ...(part.probe && { ExposedPorts: { [portOf(part.probe)]: {} } }),
    HostConfig: hostConfigOf(part, surroundings),
    // Before API 1.44 only one network can be given here; the others are joined before the start.
    ...(aliases.length > 0 && { NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: aliases } } } }),
  };
}

/** The working directory; `undefined` for the image's own. */
export function workdirOf(part: Part): string | undefined {
  if (part.workdir) return part.workdir;
  return Object.keys(part.files ?? {}).length > 0 ? WORKDIR_PATH : undefined;
}

/** The names by which a part is found in a network. */
export function aliasesIn(network: string, { name = '' }: Part): string[] {
  const alias = knowsAliases(network) ? slug(name) : '';
  return alias ? [alias] : [];
}

/** How the daemon calls the port of a probe. */
export const portOf = ({ port }: Probe): string => `${port}/tcp`;

/** Without `run` and `cmd` the image's own command runs. */
function commandOf({ entrypoint = [], cmd = [], run }: Part): Pick<ContainerCreateOptions, 'Entrypoint' | 'Cmd'> {
  const words = cmd.length > 0 ? cmd : run ? [ENTRYPOINT_PATH] : [];
  const program = entrypoint.length > 0 ? entrypoint : run ? ['sh', '-c'] : [];
  return { ...(program.length > 0 && { Entrypoint: program }), ...(words.length > 0 && { Cmd: words }) };
}

function hostConfigOf(
  part: Part,
  { limits, mounts, networks, privileged, labels, probeHost }: Surroundings,
): HostConfig {
  const tork = { Type: 'volume', Target: TORK_DIR, VolumeOptions: { NoCopy: true, Labels: { ...labels } } };
  return {
    Privileged: privileged,
    Mounts: [tork as MountSettings, ...mounts.map(mountSettings)],
    ...(limits?.cpus && { NanoCpus: parseCpus(limits.cpus) }),
    ...(limits?.memory && { Memory: parseMemory(limits.memory) }),
    ...(part.gpus && { DeviceRequests: [parseGpus(part.gpus)] }),
    ...(networks[0] && { NetworkMode: networks[0] }),
    ...(part.probe && { PortBindings: { [portOf(part.probe)]: [{ HostIp: probeHost, HostPort: '' }] } }),
  };
}

type MountSettings = NonNullable<HostConfig['Mounts']>[number];

/** @throws TaskFailedError for a mount that lacks something, or that no mounter made one that containers know */
function mountSettings({ type, source, target }: Mount): MountSettings {
  switch (type) {
    case 'volume':
      if (!target) throw new TaskFailedError('volume target is required');
      return { Type: 'volume', Source: source ?? '', Target: target };
    case 'bind':
      if (!target) throw new TaskFailedError('bind target is required');
      if (!source) throw new TaskFailedError('bind source is required');
      return { Type: 'bind', Source: source, Target: target };
    case 'tmpfs':
      return { Type: 'tmpfs', Source: '', Target: target ?? '' };
    default:
      throw new TaskFailedError(`unknown mount type: ${type ?? ''}`);
  }
}
