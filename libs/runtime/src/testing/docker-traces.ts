import { connectToDaemon, disconnect } from '../docker/daemon';
import { LEASE_LABEL, isProcessAlive, Ownership, OWNER_LABEL, PROCESS_LABEL } from '../docker/ownership';

/**
 * What runtimes of this process, and of processes that are dead, have at the daemon: containers, networks, volumes.
 * Other tests may use the same daemon, so theirs do not count; nor do the leases of living runtimes.
 */
export async function dockerTraces(socketPath?: string): Promise<string[]> {
  const docker = await connectToDaemon({ socketPath });
  try {
    const filters = { label: [OWNER_LABEL] };
    const [containers, networks, volumes] = await Promise.all([
      docker.listContainers({ all: true, filters }),
      docker.listNetworks({ filters }),
      docker.listVolumes({ filters }),
    ]);
    return [
      ...containers.filter(({ Labels }) => counts(Labels)).map(({ Names }) => `container ${Names[0]}`),
      ...networks.filter(({ Labels }) => counts(Labels)).map(({ Name }) => `network ${Name}`),
      ...volumes.Volumes.filter(({ Labels }) => counts(Labels)).map(({ Name }) => `volume ${Name}`),
    ];
  } finally {
    disconnect(docker);
  }
}

const OURS = new Ownership().labels[PROCESS_LABEL];

function counts(labels: Readonly<Record<string, string>> = {}): boolean {
  const isOurs = labels[PROCESS_LABEL] === OURS;
  if (LEASE_LABEL in labels) return isProcessAlive(labels[PROCESS_LABEL]) === false;
  return isOurs || isProcessAlive(labels[PROCESS_LABEL]) === false;
}
