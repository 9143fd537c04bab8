import { join } from 'node:path';
import { spawnProcess } from '@tork/testing';

it('docs/reference is what the doc comments say', async () => {
  const root = join(__dirname, '../..');
  const check = spawnProcess(join(root, 'scripts/docs.mjs'), ['--check'], { cwd: root });

  const { code } = await check.exited;

  expect({ code, output: check.output }).toEqual({ code: 0, output: '' });
});
