import { wildcard } from './wildcard';

it.each([
  ['GET /health', 'GET /health', true],
  ['GET /health', 'GET /healthy', false],
  ['GET /jobs/*', 'GET /jobs/1/log', true],
  ['GET /jobs/*', 'GET /jobs/', true],
  ['* /jobs*', 'POST /jobs', true],
  ['*', '', true],
  ['', '', true],
  ['', 'x', false],
  ['GET /a.c', 'GET /abc', false],
  ['get /health', 'GET /health', false],
  ['GET /[a]+', 'GET /[a]+', true],
  ['a*b', 'a\nb', true],
  ['*KEY*', 'API_KEY_2', true],
  ['*KEY*', 'api_key', false],
  ['ab*ba', 'aba', false],
  ['a*b*c', 'abbc', true],
  ['a*b*c', 'acb', false],
  ['**', 'x', true],
])('%j and %j', (pattern, text, expected) => {
  expect(wildcard(pattern)(text)).toBe(expected);
});

it('no pattern takes long', () => {
  const started = performance.now();

  expect(wildcard(`${'*a'.repeat(50)}*b`)('a'.repeat(100_000))).toBe(false);

  expect(performance.now() - started).toBeLessThan(10_000);
});
