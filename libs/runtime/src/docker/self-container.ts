import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import type Docker from 'dockerode';

/** What container engines leave in a container, so that one can know to be in one. */
const MARKERS = ['/.dockerenv', '/run/.containerenv'];

/** The id of the container that this process runs in, if it is one of this daemon that keeps its usual host name. */
export async function findSelfContainer(docker: Docker): Promise<string | undefined> {
  if (!MARKERS.some((path) => existsSync(path))) return undefined;
  try {
    const { Id, Config, State } = await docker.getContainer(hostname()).inspect();
    return Config.Hostname === hostname() && State.Running ? Id : undefined;
  } catch {
    return undefined; // of another daemon, or under another name
  }
}
