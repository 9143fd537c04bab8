import { taskFiles } from './task-files';

it('keeps names that stay inside', () => {
  expect(taskFiles({ 'a.txt': '1', './b': '2', 'd//e/f': '3', '..hidden': '4', 'x..y/z': '5' })).toEqual([
    { name: 'a.txt', contents: '1' },
    { name: 'b', contents: '2' },
    { name: 'd/e/f', contents: '3' },
    { name: '..hidden', contents: '4' },
    { name: 'x..y/z', contents: '5' },
  ]);
  expect(taskFiles(undefined)).toEqual([]);
});

it.each(['../x', '/etc/passwd', 'a/../../x', 'a/../b', '..', '.', '', './', 'dir/', 'a\0b'])('refuses %p', (name) => {
  expect(() => taskFiles({ [name]: '' })).toThrow(
    `error writing file: ${JSON.stringify(name)}: file names must be relative and stay inside the working directory`,
  );
});
