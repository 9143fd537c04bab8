import { parseImage } from './reference';

const DIGEST = `sha256:${'a'.repeat(64)}`;

it.each([
  ['busybox', 'busybox:latest', undefined],
  ['busybox:stable', 'busybox:stable', undefined],
  ['library/busybox:1.36', 'library/busybox:1.36', undefined],
  ['docker.io/library/busybox', 'docker.io/library/busybox:latest', 'docker.io'],
  ['localhost/a', 'localhost/a:latest', 'localhost'],
  ['localhost:5000/a/b:T.x_y-z', 'localhost:5000/a/b:T.x_y-z', 'localhost:5000'],
  ['registry:5000/a', 'registry:5000/a:latest', 'registry:5000'],
  ['Registry/a', 'Registry/a:latest', 'Registry'],
  ['[::1]:5000/a', '[::1]:5000/a:latest', '[::1]:5000'],
  [`ghcr.io/a/b@${DIGEST}`, `ghcr.io/a/b@${DIGEST}`, 'ghcr.io'],
  [`a:tag@${DIGEST}`, `a@${DIGEST}`, undefined],
  ['a__b/c-d/e.f', 'a__b/c-d/e.f:latest', undefined],
])('reads %p', (text, name, host) => {
  expect(parseImage(text)).toMatchObject({ name, host });
});

it.each([
  '',
  'UPPER CASE!',
  'Busybox',
  'a b',
  'a:',
  ':tag',
  'a/',
  '/a',
  'a//b',
  '-a',
  'a@sha256:123',
  '--privileged',
  'a:-tag',
  '$(id)',
  'ex_ample.org/a',
  `${'a'.repeat(256)}`,
  'a/'.repeat(50_000),
])('refuses %p', (text) => {
  expect(() => parseImage(text)).toThrow(`error pulling image: ${text}: invalid reference format`);
});
