import { parseNetwork, proxyMatcher } from './proxies';

describe('parseNetwork', () => {
  it.each(['10.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '::1', 'fd00::/8', '::ffff:10.0.0.1'])('reads %s', (entry) => {
    expect(parseNetwork(entry)).toBeDefined();
  });

  it.each(['', 'proxy', '10.0.0', '10.0.0.1/33', '10.0.0.1/', '10.0.0.1/8/8', '::/129', '/8', '10.0.0.1/-1'])(
    'refuses %p',
    (entry) => {
      expect(parseNetwork(entry)).toBeUndefined();
    },
  );
});

describe('proxyMatcher', () => {
  const isTrusted = proxyMatcher(['10.1.0.0/16', '192.0.2.7', 'fd00::/8']);

  it.each(['10.1.255.255', '::ffff:10.1.2.3', '192.0.2.7', 'fd12::1'])('trusts %s', (address) => {
    expect(isTrusted(address)).toBe(true);
  });

  it.each(['10.2.0.0', '192.0.2.8', 'fe80::1', 'unknown', '', '10.1.0.0/16'])('does not trust %p', (address) => {
    expect(isTrusted(address)).toBe(false);
  });

  it('trusts nobody by itself', () => {
    expect(proxyMatcher([])('127.0.0.1')).toBe(false);
  });
});
