import { quote } from '@tork/core';
import { TaskFailedError } from '../errors';

/** Networks that are there without anybody making them: containers have no names of their own in them. */
const PREDEFINED = new Set(['bridge', 'default', 'none', 'host', 'podman', 'pasta', 'slirp4netns', 'private']);

/** What a daemon takes as the name or id of a network. */
const NAME = /^[a-zA-Z0-9][\w.-]*$/;

/**
 * Refuses networks that are none, or that are shared with the host or with somebody else's container.
 *
 * @param allowsHost whether `host` may be named
 * @throws TaskFailedError
 */
export function checkNetworks(names: readonly string[], allowsHost: boolean): void {
  for (const name of names) {
    if (/^(container|ns):/.test(name) || (name === 'host' && !allowsHost)) {
      throw new TaskFailedError('host networking is not enabled');
    }
    if (!NAME.test(name)) throw new TaskFailedError(`invalid network name: ${quote(name)}`);
  }
}

/** Whether containers can be called by a name in a network. */
export const knowsAliases = (name: string): boolean => name !== '' && !PREDEFINED.has(name);
