import { BlockList, isIP } from 'node:net';
import { wildcard } from '@tork/core';

/** Letters, digits, `-`, `_`, `.` and `*`: names, not URLs. */
const HOST_PATTERN = /^[\p{L}\p{N}*._-]+$/u;
const RANGE = /^([^/]+)\/(\d{1,3})$/;

/** Whether a text can be a rule of {@link TargetRules}. */
export function isTargetRule(rule: string): boolean {
  const [, address = '', prefix = ''] = RANGE.exec(rule) ?? [];
  if (address) return isIP(address) !== 0 && Number(prefix) <= (isIP(address) === 4 ? 32 : 128);
  // What looks like an address is meant as one: `10.0.0` would otherwise be the name of a host that nobody has.
  return isIP(rule) !== 0 || (HOST_PATTERN.test(rule) && !/^[\d.]+$/.test(rule));
}

/** A name as it is compared: `Example.COM.` is `example.com`, `[::1]` is `::1`. */
export const normalHost = (hostname: string): string =>
  hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');

/** Who answers on this machine when the address that stands for "any" is called. */
const ANY: Readonly<Record<string, readonly string[]>> = { '0.0.0.0': ['127.0.0.1'], '::': ['::1', '127.0.0.1'] };

/** A set of hosts: by name, by address, by range of addresses. */
export class TargetRules {
  static readonly EXPECTED = 'addresses, ranges such as 10.0.0.0/8, or names of hosts with * for any characters';

  private readonly addresses = new BlockList();
  private readonly patterns: readonly ((name: string) => boolean)[];
  /** Addresses and names that are spelled out. */
  private readonly exact: ReadonlySet<string>;
  readonly isEmpty: boolean;

  /** @param rules Each must be a {@link isTargetRule}. */
  constructor(rules: readonly string[]) {
    this.isEmpty = rules.length === 0;
    this.exact = new Set(rules.map(normalHost));
    this.patterns = rules.filter((rule) => isIP(rule) === 0).map((rule) => wildcard(normalHost(rule)));
    for (const rule of rules) {
      const [, range = rule, prefix] = RANGE.exec(rule) ?? [];
      const version = isIP(range);
      if (version === 0) continue;
      this.addresses.addSubnet(range, prefix ? Number(prefix) : version === 4 ? 32 : 128, familyOf(version));
    }
  }

  hasHost(hostname: string): boolean {
    const name = normalHost(hostname);
    return this.patterns.some((matches) => matches(name));
  }

  /** An IPv4 address that is written as IPv6 (`::ffff:10.0.0.1`) is the same address. */
  hasAddress(address: string): boolean {
    return [address, ...(ANY[address] ?? [])].some((each) => this.addresses.check(each, familyOf(isIP(each))));
  }

  /** Whether it is spelled out, not merely matched. */
  names(hostOrAddress: string): boolean {
    return this.exact.has(normalHost(hostOrAddress));
  }
}

const familyOf = (version: number): 'ipv4' | 'ipv6' => (version === 4 ? 'ipv4' : 'ipv6');
