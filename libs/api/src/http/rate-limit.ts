import { isIP } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WebConfig } from '../config';
import { RateLimitError } from './errors';

/** A client that has been silent for so long starts anew; by then its bucket is full in any case. */
const FORGOTTEN_AFTER_MS = 3 * 60_000;
/** Of more clients at a time those that have been silent longest are forgotten, so that nobody can fill the memory. */
const MAX_CLIENTS = 50_000;

interface Bucket {
  tokens: number;
  /** When `tokens` was so. */
  at: number;
}

/**
 * A bucket of tokens for each client: `rps` of them fit in, a request takes one, `rps` come back in a second.
 *
 * Not `@fastify/rate-limit`, which counts within fixed windows: at the seam of two of them it lets twice as many pass,
 * and a client that has used up its window waits for the next.
 */
export class RateLimiter {
  /** The client heard of last is the last one. */
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly rps: number,
    private readonly maxClients = MAX_CLIENTS,
  ) {}

  get clients(): number {
    return this.buckets.size;
  }

  /** Takes a token. Returns 0, or how many milliseconds it takes until there is one. */
  take(client: string, now: number): number {
    const before = this.buckets.get(client);
    const gained = before ? (Math.max(0, now - before.at) * this.rps) / 1000 : this.rps;
    const tokens = Math.min(this.rps, (before?.tokens ?? 0) + gained);
    const isGranted = tokens >= 1;
    this.buckets.delete(client);
    this.buckets.set(client, { tokens: isGranted ? tokens - 1 : tokens, at: now });
    this.forget(now);
    return isGranted ? 0 : ((1 - tokens) * 1000) / this.rps;
  }

  private forget(now: number): void {
    for (const [client, { at }] of this.buckets) {
      if (this.buckets.size <= this.maxClients && now - at < FORGOTTEN_AFTER_MS) return;
      this.buckets.delete(client);
    }
  }
}

/** Refuses what a client asks for beyond its rate with 429 and the seconds to wait for. */
export function limitRate(instance: FastifyInstance, config: WebConfig['ratelimit']): void {
  if (!config.enabled) return;
  const limiter = new RateLimiter(config.rps);
  instance.addHook('onRequest', (request, _reply, done) => {
    const waitMs = limiter.take(clientOf(request), performance.now());
    if (waitMs > 0) done(new RateLimitError(Math.ceil(waitMs / 1000)));
    else done();
  });
}

/**
 * Who sends a request, as far as it cannot be forged: the peer's address, or what trusted proxies say of it. Whoever has
 * an IPv6 address has the 2^64 of its network.
 */
export function clientOf(
  request: Pick<FastifyRequest, 'ip'> & { raw: { socket: { remoteAddress?: string } } },
): string {
  const address = isIP(request.ip) ? request.ip : (request.raw.socket.remoteAddress ?? '');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1]!;
  return isIP(address) === 6 ? networkOf(address) : address;
}

/** The first 64 bits of an IPv6 address, in one spelling. */
function networkOf(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('%', 1)[0]!.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const rest = tail === '' ? [] : tail.split(':');
    // An IPv4 address at the end stands for two groups.
    const missing = 8 - groups.length - rest.length - (rest.at(-1)?.includes('.') ? 1 : 0);
    groups.push(...Array<string>(Math.max(0, missing)).fill('0'), ...rest);
  }
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
