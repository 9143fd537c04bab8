import { lookup as resolveName } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { TorkError } from '@tork/core';
import { TargetRules } from './target-rules';

/** A webhook, or a redirect of one, names a host that must not be called. */
export class WebhookTargetRefusedError extends TorkError {
  readonly code = 'WEBHOOK_TARGET_REFUSED';
  constructor(readonly host: string) {
    super(`webhooks must not call ${host}`);
  }
}

/**
 * Where clouds keep the credentials of their machines: whoever can make Tork call these, and sees what comes of it, has
 * them.
 */
const METADATA = new TargetRules([
  '169.254.0.0/16', // link-local: AWS, Azure, Google, ECS tasks and others
  'fe80::/10',
  'fd00:ec2::/32', // AWS
  'fd20:ce::254', // Google
  '100.100.100.200', // Alibaba
  '192.0.0.192', // Oracle
  '168.63.129.16', // Azure
  'metadata.google.internal',
  'metadata.goog',
  'instance-data.ec2.internal',
]);

/** How names become addresses; as `dns.lookup`. */
export type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface TargetsOptions {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  /** Default `dns.lookup`. */
  readonly resolve?: Resolve;
}

/**
 * Which hosts webhooks may call. `deny` wins over `allow`; where there is an `allow`, nothing else is called; and
 * addresses of cloud metadata are called only where `allow` spells them out.
 */
export class Targets {
  private readonly allow: TargetRules;
  private readonly deny: TargetRules;
  private readonly resolve: Resolve;

  constructor({ allow = [], deny = [], resolve = resolveName }: TargetsOptions = {}) {
    this.allow = new TargetRules(allow);
    this.deny = new TargetRules(deny);
    this.resolve = resolve;
  }

  /**
   * Looks at what can be told without a name service; {@link lookup} does the rest.
   * @throws WebhookTargetRefusedError
   */
  check(url: URL): void {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const isRefused =
      isIP(host) !== 0
        ? !this.mayConnect(host, host)
        : this.deny.hasHost(host) || (METADATA.hasHost(host) && !this.allow.names(host));
    if (isRefused) throw new WebhookTargetRefusedError(host);
  }

  /**
   * For the sockets of calls: gives them the addresses of a name that may be called. It is the connection that asks, so
   * that a name which changes its address after a check gains nothing by it.
   */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const [first, ...others] = addresses.filter(({ address }) => this.mayConnect(hostname, address));
      if (!first) return callback(new WebhookTargetRefusedError(hostname), []);
      if (options.all) callback(null, [first, ...others]);
      else callback(null, first.address, first.family);
    });
  };

  private mayConnect(hostname: string, address: string): boolean {
    if (this.deny.hasHost(hostname) || this.deny.mayReach(address)) return false;
    if (METADATA.mayReach(address) && !this.allow.names(address)) return false;
    return this.allow.isEmpty || this.allow.hasHost(hostname) || this.allow.hasAddress(address);
  }
}
