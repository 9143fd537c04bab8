import { compareVersions } from './daemon';

it.each([
  ['1.41', '1.41', 0],
  ['1.9', '1.41', -1],
  ['1.100', '1.41', 1],
  ['2.0', '1.41', 1],
])('compares %s with %s', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});
