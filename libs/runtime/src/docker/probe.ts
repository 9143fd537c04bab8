import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerInspectInfo } from 'dockerode';
import { DurationError, parseDuration, type Probe } from '@tork/core';
import { TaskFailedError } from '../errors';

const DEFAULT_TIMEOUT = '1m';
const INTERVAL_MS = 1000;
const TRY_MS = 3000;

/** Where the port of a probe is published. */
export interface ProbeHost {
  /** The address at the daemon's host that it is bound to. Empty: all. */
  bind: string;
  /** The same as seen from here. */
  reach: string;
}

/** How a daemon's host is reached: the loopback address for one on this machine, else by the name it is spoken to. */
export function probeHostOf(daemonHost: string | undefined): ProbeHost {
  const isHere = !daemonHost || ['localhost', '127.0.0.1', '::1', '[::1]'].includes(daemonHost);
  return isHere ? { bind: '127.0.0.1', reach: '127.0.0.1' } : { bind: '', reach: daemonHost };
}

/**
 * The URLs under which a container may answer: its port at the daemon's host, and itself in its networks, which is how
 * a worker in a container of the same daemon gets there.
 */
export function probeUrls(
  { NetworkSettings }: ContainerInspectInfo,
  { port, path = '/' }: Probe,
  host: ProbeHost,
): string[] {
  const published = NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort;
  const own = Object.values(NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
  const addresses = [
    ...(published ? [`${host.reach}:${published}`] : []),
    ...own.filter(Boolean).map((ip) => `${ip}:${port}`),
  ];
  // a path that does not begin with / would become part of the address
  return addresses.map((address) => `http://${address}/${path.replace(/^\/+/, '')}`);
}

/**
 * Asks every second until one of the URLs answers with 200.
 *
 * @param tell gets what went wrong
 * @throws TaskFailedError when the time of the probe is over
 */
export async function waitUntilReady(
  urls: readonly string[],
  { timeout = DEFAULT_TIMEOUT }: Probe,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const expired = AbortSignal.timeout(timeoutMs(timeout));
  const ending = AbortSignal.any([signal, expired]);
  for (;;) {
    const tries = await Promise.all(urls.map((url) => tryUrl(url, ending)));
    signal.throwIfAborted();
    if (tries.includes(undefined)) return;
    if (expired.aborted) throw new TaskFailedError(`probe timed out after ${timeout}`);
    tell(`probe failed: ${tries[0]}\n`);
    await sleep(INTERVAL_MS, undefined, { signal: ending }).catch(() => undefined);
  }
}

function timeoutMs(text: string): number {
  try {
    return Math.max(0, parseDuration(text));
  } catch (error) {
    if (error instanceof DurationError) throw new TaskFailedError(`invalid probe timeout: ${error.message}`);
    throw error;
  }
}

/** `undefined` when it answers as it should, else what is wrong. */
async function tryUrl(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const options = { signal: AbortSignal.any([signal, AbortSignal.timeout(TRY_MS)]), redirect: 'manual' as const };
    const answer = await fetch(url, options);
    await answer.body?.cancel();
    return answer.status === 200 ? undefined : `GET ${url}: status ${answer.status}`;
  } catch (error) {
    const { message, cause } = error as Error;
    return `GET ${url}: ${cause instanceof Error ? cause.message : message}`;
  }
}
