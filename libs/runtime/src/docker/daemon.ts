import http from 'node:http';
import https from 'node:https';
import { inspect } from 'node:util';
import Docker from 'dockerode';
import { RuntimeUnavailableError } from '../errors';
import { daemonText } from './daemon-error';

export type { Docker };

/** The oldest version of the Docker API that has what is used here. */
const OLDEST = '1.41';
/** The newest version whose changes are known. A newer daemon is spoken to in this one. */
const NEWEST = '1.51';

export interface DaemonAddress {
  /** A Unix socket. Default: what `DOCKER_HOST`, `DOCKER_CERT_PATH` and `DOCKER_TLS_VERIFY` say, as for `docker`. */
  socketPath?: string;
}

/** A daemon that says nothing for so long does not answer any more. */
const SILENCE_MS = 30_000;

/**
 * A client that speaks a version of the API which the daemon and we know; `DOCKER_API_VERSION` decides if it is set. Its
 * requests fail when the daemon says nothing for 30 s.
 *
 * @throws RuntimeUnavailableError when nobody answers, or nobody we can talk to
 */
export async function connectToDaemon({ socketPath }: DaemonAddress = {}): Promise<Docker> {
  const docker = socketPath ? new Docker({ socketPath, host: undefined }) : new Docker();
  const modem = modemOf(docker);
  modem.agent = agentFor(modem.protocol);
  modem.timeout = SILENCE_MS;
  modem.version = `v${process.env.DOCKER_API_VERSION || (await negotiate(docker))}`;
  return docker;
}

/** The same client without a limit, for requests that last as long as a container runs or an image is pulled. */
export function patient(docker: Docker): Docker {
  const modem = Object.assign(Object.create(modemOf(docker)) as Modem, { timeout: undefined });
  return new Docker({ modem } as Docker.DockerOptions);
}

/** Closes the connections that wait for the next request. */
export function disconnect(docker: Docker): void {
  modemOf(docker).agent?.destroy();
}

/** The host of the daemon; `undefined` for this one, when it is reached by a socket. */
export const hostOf = (docker: Docker): string | undefined => modemOf(docker).host;

/** What the client takes as options and keeps as properties; its types do not tell. */
interface Modem {
  agent?: http.Agent;
  host?: string;
  protocol: string;
  timeout?: number;
  version?: string;
}
const modemOf = (docker: Docker): Modem => docker.modem as unknown as Modem;

/** A request needs a connection; to make a new one for each costs as much as many a request. */
function agentFor(protocol: string): http.Agent | undefined {
  if (protocol === 'ssh') return undefined;
  const agent = new (protocol === 'https' ? https : http).Agent({ keepAlive: true });
  // The client prints its options for a debug log at every request, whether or not that is on: 3 ms with all sockets.
  return Object.assign(agent, { [inspect.custom]: () => 'Agent' });
}

async function negotiate(docker: Docker): Promise<string> {
  let spoken: { ApiVersion: string; MinAPIVersion?: string };
  try {
    spoken = (await docker.version()) as typeof spoken;
  } catch (error) {
    throw new RuntimeUnavailableError(`cannot reach the Docker daemon: ${daemonText(error)}`, { cause: error });
  }
  const version = compareVersions(spoken.ApiVersion, NEWEST) < 0 ? spoken.ApiVersion : NEWEST;
  if (compareVersions(version, OLDEST) < 0 || compareVersions(version, spoken.MinAPIVersion ?? '1.0') < 0) {
    throw new RuntimeUnavailableError(
      `the Docker daemon speaks API versions ${spoken.MinAPIVersion ?? '1.0'} to ${spoken.ApiVersion}, ` +
        `and one from ${OLDEST} to ${NEWEST} is needed`,
    );
  }
  return version;
}

/** Negative when `a` is older than `b`, both `major.minor`. */
export function compareVersions(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number);
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number);
  return aMajor - bMajor || aMinor - bMinor;
}
