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

/** How IPv6 addresses begin that carry an IPv4 address, and at which group it stands. */
const CARRIERS: readonly (readonly [prefix: RegExp, group: number])[] = [
  [/^0:0:0:0:0:0:/, 6], // IPv4-compatible
  [/^0:0:0:0:ffff:0:/, 6], // IPv4-translated
  [/^64:ff9b:0:0:0:0:/, 6], // NAT64
  [/^64:ff9b:1:/, 6], // NAT64 of a local network
  [/^2002:/, 1], // 6to4
];

/** The IPv4 addresses that a gateway takes out of an IPv6 address. */
function carriedBy(address: string): string[] {
  if (isIP(address) !== 6) return [];
  const groups = groupsOf(address);
  const written = groups.map((group) => group.toString(16)).join(':');
  return CARRIERS.filter(([prefix]) => prefix.test(written)).map(([, at]) => {
    const [high = 0, low = 0] = groups.slice(at);
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  });
}

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): number[] {
  // A URL has one spelling for each address, without a zone and without dots.
  const { hostname } = new URL(`http://[${address.split('%', 1)[0]}]`);
  const [head = [], tail = []] = hostname
    .slice(1, -1)
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':').map((group) => parseInt(group, 16))));
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

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

  /** Whether it has an address, or one that a gateway would take out of it. */
  mayReach(address: string): boolean {
    return [address, ...carriedBy(address)].some((each) => this.hasAddress(each));
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
