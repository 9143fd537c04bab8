import { isIP } from 'node:net';
import { isTargetRule } from './target-rules';
import { Targets } from './targets';
import type { TargetsOptions } from './targets';

/** What the sockets of a call to a URL would be given, for a name that has these addresses. */
async function connects(url: string, options: TargetsOptions = {}, addresses: string[] = ['192.0.2.1']) {
  const resolve: TargetsOptions['resolve'] = (_name, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  const targets = new Targets({ ...options, resolve });
  const { hostname } = new URL(url);
  targets.check(new URL(url));
  // Sockets look up nothing that is an address already.
  if (isIP(hostname.replace(/[[\]]/g, ''))) return undefined;
  return new Promise((resolve, reject) =>
    targets.lookup(hostname, { all: true }, (error, found) => (error ? reject(error) : resolve(found))),
  );
}

const REFUSED = { code: 'WEBHOOK_TARGET_REFUSED' };
const isAllowed = (url: string, options?: TargetsOptions, addresses?: string[]) =>
  connects(url, options, addresses).then(
    () => true,
    (cause: { code?: string }) => {
      if (cause.code !== REFUSED.code) throw cause;
      return false;
    },
  );

describe('without rules', () => {
  it.each(['http://receiver', 'http://localhost:1', 'http://127.0.0.1', 'http://[::1]', 'http://10.0.0.1'])(
    '%s may be called',
    async (url) => expect(await isAllowed(url)).toBe(true),
  );

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://169.254.170.2/',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://0251.0376.0251.0376/',
    'http://169.254.43518/',
    'http://[::ffff:169.254.169.254]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[::169.254.169.254]/',
    'http://[64:ff9b::169.254.169.254]/',
    'http://[64:ff9b::100.100.100.200]/',
    'http://[64:ff9b:1::169.254.169.254]/',
    'http://[::ffff:0:169.254.169.254]/',
    'http://[2002:a9fe:a9fe::1]/',
    'http://[2002:c000:c0::1]/',
    'http://[fd00:ec2::254]/',
    'http://[fd20:ce::254]/',
    'http://[fe80::1]/',
    'http://100.100.100.200/',
    'http://metadata.google.internal/',
    'http://METADATA.google.internal./',
    'http://ｍetadata.google.internal/',
    'http://instance-data.ec2.internal/',
  ])('%s may not', async (url) => {
    await expect(connects(url)).rejects.toMatchObject(REFUSED);
  });

  it('a name is not called at an address of metadata', async () => {
    expect(await isAllowed('http://rebound', {}, ['169.254.169.254'])).toBe(false);
    expect(await isAllowed('http://rebound', {}, ['::ffff:169.254.169.254'])).toBe(false);
    expect(await isAllowed('http://rebound', {}, ['fe80::1%eth0'])).toBe(false);
    expect(await connects('http://rebound', {}, ['169.254.169.254', '192.0.2.1'])).toEqual([
      { address: '192.0.2.1', family: 4 },
    ]);
  });
});

describe('rules', () => {
  it.each<[string, TargetsOptions, boolean]>([
    ['http://hooks.example.com', { allow: ['*.example.com'] }, true],
    ['http://HOOKS.Example.com.', { allow: ['*.example.com'] }, true],
    ['http://example.com', { allow: ['*.example.com'] }, false],
    ['http://example.com.evil.org', { allow: ['*.example.com'] }, false],
    ['http://anything', { allow: ['192.0.2.0/24'] }, true],
    ['http://anything', { allow: ['198.51.100.0/24'] }, false],
    ['http://192.0.2.9', { allow: ['192.0.2.0/24'] }, true],
    ['http://192.0.3.9', { allow: ['192.0.2.0/24'] }, false],
    ['http://[2001:db8::1]', { allow: ['2001:db8::/32'] }, true],
    ['http://hooks.example.com', { allow: ['*.example.com'], deny: ['hooks.*'] }, false],
    ['http://hooks.example.com', { allow: ['*.example.com'], deny: ['192.0.2.1'] }, false],
    ['http://127.0.0.1', { deny: ['127.0.0.0/8'] }, false],
    ['http://127.1', { deny: ['127.0.0.0/8'] }, false],
    ['http://[::ffff:127.0.0.1]', { deny: ['127.0.0.0/8'] }, false],
    ['http://0.0.0.0', { deny: ['127.0.0.0/8'] }, false],
    ['http://[::]', { deny: ['127.0.0.0/8'] }, false],
    ['http://[64:ff9b::10.1.2.3]', { deny: ['10.0.0.0/8'] }, false],
    ['http://[2002:a01:203::9]', { deny: ['10.0.0.0/8'] }, false],
    ['http://[2002:a01:203::9]', { allow: ['10.0.0.0/8'] }, false],
    ['http://[2001:db8:0:a01:203::]', { deny: ['10.0.0.0/8'] }, true],
    ['http://localhost', { deny: ['localhost'] }, false],
    ['http://169.254.169.254', { allow: ['*', '0.0.0.0/0'] }, false],
    ['http://169.254.169.254', { allow: ['169.254.169.254'] }, true],
    ['http://metadata.google.internal', { allow: ['metadata.google.internal'] }, true],
  ])('%s with %j: %s', async (url, options, expected) => {
    expect(await isAllowed(url, options)).toBe(expected);
  });

  it('are addresses, ranges and names', () => {
    for (const rule of ['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8', 'a.example', '*.b', 'x_y', 'bücher.example'])
      expect([rule, isTargetRule(rule)]).toEqual([rule, true]);
    for (const rule of ['10.0.0', '10.0.0.0/33', '::/129', 'a/8', 'http://a', 'a:80', 'a b', '', '1'])
      expect([rule, isTargetRule(rule)]).toEqual([rule, false]);
  });
});
