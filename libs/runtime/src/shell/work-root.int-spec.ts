import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Owner } from './owner';
import { abandonedRoots, WorkRoot } from './work-root';

const base = mkdtempSync(join(tmpdir(), 'tork-work-root-spec-'));
afterAll(() => rmSync(base, { recursive: true }));

it('is abandoned at no moment of its making', async () => {
  const seen: string[] = [];
  let isOver = false;
  const looking = (async () => {
    for (; !isOver; await nextTurn()) seen.push(...abandonedRoots(base));
  })();

  const roots: WorkRoot[] = [];
  for (let i = 0; i < 10; i++) roots.push(await WorkRoot.create(base, new Owner(undefined, undefined)));
  isOver = true;
  await looking;
  for (const root of roots) await root.remove();

  expect(seen).toEqual([]);
});
