import { taskEnv } from './task-env';

it('takes any text', () => {
  const env = { A: '', 'B.c-d e': 'x\ny=z', ä: '"$HOME"' };

  expect(taskEnv(env)).toEqual(env);
  expect(taskEnv(undefined)).toEqual({});
});

it.each(['', 'A=B', 'A\0'])('refuses the name %p', (name) => {
  expect(() => taskEnv({ [name]: '' })).toThrow(`invalid environment variable ${JSON.stringify(name)}: a name`);
});

it('does not show a value that it refuses', () => {
  expect(() => taskEnv({ TOKEN: 'hunter2\0' })).toThrow(
    'invalid environment variable "TOKEN": the value holds a NUL character',
  );
});
