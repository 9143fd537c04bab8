import { bindingOf } from './events';

it.each([
  ['job.*', 'job.#'],
  ['*', '#'],
  ['job.completed', 'job.completed'],
  ['job.c*', 'job.#'],
  ['*.job', '#.job'],
  ['a*b.c', '#.c'],
])('binds %s by %s, which lets through at least as much', (pattern, binding) => {
  expect(bindingOf(pattern)).toBe(binding);
});
