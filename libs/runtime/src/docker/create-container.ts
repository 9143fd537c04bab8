import type Docker from 'dockerode';
import type { Container, ContainerCreateOptions } from 'dockerode';

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
  const request = { _query: { name }, _body: options };
  return docker.createContainer(request as ContainerCreateOptions);
}
