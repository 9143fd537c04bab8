import { wildcard } from './wildcard';

it.each([
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['*KEY*', 'API_KEY_2', true],
  ['*KEY*', 'api_key', false],
  ['a.c', 'abc', false],
  ['a*c', 'a\nc', true],
])('%s against %s: %s', (pattern, text, expected) => {
  expect(wildcard(pattern).test(text)).toBe(expected);
});
