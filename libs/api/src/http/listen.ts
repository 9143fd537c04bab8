import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AddressError } from './errors';

const AUTOMATIC = { host: 'localhost', first: 8000, last: 8099 };

/**
 * Listens on `coordinator.address` (`host:port`, or `:port` for every interface), or on the first free port of
 * localhost:8000 … 8099. Resolves with the base URL when connections are accepted; rejects with
 * {@link AddressError} when the configured address is no address, or not to be had.
 */
export async function listen(app: NestFastifyApplication, address?: string): Promise<string> {
  await app.init();
  const instance = app.getHttpAdapter().getInstance();
  if (address) {
    const { host, port } = parseAddress(address);
    try {
      return await instance.listen({ host, port });
    } catch (cause) {
      throw new AddressError(`can not listen on coordinator.address ${address}: ${reasonOf(cause)}`, { cause });
    }
  }
  for (let port = AUTOMATIC.first; port <= AUTOMATIC.last; port++) {
    try {
      return await instance.listen({ host: AUTOMATIC.host, port });
    } catch (cause) {
      if (codeOf(cause) !== 'EADDRINUSE') {
        throw new AddressError(`can not listen on ${AUTOMATIC.host}:${port}: ${reasonOf(cause)}`, { cause });
      }
    }
  }
  throw new AddressError(`no free port between ${AUTOMATIC.host}:${AUTOMATIC.first} and ${AUTOMATIC.last}`);
}

/** The two halves of `host:port`. An absent host is every interface; IPv6 addresses stand in brackets. */
export function parseAddress(address: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) {
    throw new AddressError(`coordinator.address must be host:port, e.g. localhost:8000; found ${address}`);
  }
  return { host: match[1] ?? (match[2] || '::'), port };
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'the host name is unknown',
  EACCES: 'not permitted',
};

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';
const reasonOf = (error: unknown): string => REASONS[codeOf(error)] ?? (error as Error).message;
