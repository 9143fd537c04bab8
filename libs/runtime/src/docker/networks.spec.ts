import { checkNetworks, knowsAliases } from './networks';

it('takes names and ids', () => {
  expect(() => checkNetworks(['net_1', 'a.b-c', 'bridge', 'none', '818039ab1eb0'], false)).not.toThrow();
});

it.each(['host', 'container:abc', 'ns:/proc/1/ns/net'])('does not share %p', (name) => {
  expect(() => checkNetworks(['net', name], false)).toThrow('host networking is not enabled');
});

it('shares the network of the host where that is allowed, and nothing else', () => {
  expect(() => checkNetworks(['host'], true)).not.toThrow();
  expect(() => checkNetworks(['container:abc'], true)).toThrow('host networking is not enabled');
});

it.each(['', '../x', 'a b', '-a', 'a/b', 'a?b', 'pasta:-T,1'])('refuses %p', (name) => {
  expect(() => checkNetworks([name], true)).toThrow(`invalid network name: ${JSON.stringify(name)}`);
});

it('knows which networks have names for containers', () => {
  expect(['bridge', 'host', 'none', 'net'].map(knowsAliases)).toEqual([false, false, false, true]);
});
