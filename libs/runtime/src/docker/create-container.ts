import type Docker from 'dockerode';
import type { Container, ContainerCreateOptions } from 'dockerode';

/** Creating takes a moment at most; a daemon that needs longer has a problem. */
export const CREATE_TIMEOUT_MS = 30_000;

/**
 * Has the daemon make a container. Never cancelled half-way, or nobody would know whether there is one.
 *
 * The client would put all options into the query as well: secrets of the environment into the daemon's log.
 */
export async function createContainer(
  docker: Docker,
  name: string,
  options: ContainerCreateOptions,
): Promise<Container> {
  const request = { _query: { name }, _body: options, abortSignal: AbortSignal.timeout(CREATE_TIMEOUT_MS) };
  return docker.createContainer(request as ContainerCreateOptions);
}
