#!/usr/bin/env node
// Writes the tarball of every package that others install to dist/packages/. Run it as `npm run pack`, which builds first.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { manifestOf, sharedRanges } from './pack/manifest.mjs';
import { stage } from './pack/stage.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = join(ROOT, 'dist/packages');

/** Folders of the packages that are published: workspaces that are not private. */
async function publishable() {
  const folders = [];
  for (const group of ['libs', 'apps']) {
    for (const name of await readdir(join(ROOT, group))) {
      const folder = join(ROOT, group, name);
      if (!(await manifestOf(folder)).private) folders.push(folder);
    }
  }
  return folders;
}

const folders = await publishable();
const { devDependencies } = await manifestOf(ROOT);
const surroundings = {
  license: join(ROOT, 'LICENSE'),
  shared: sharedRanges(await Promise.all(folders.map(manifestOf))),
  types: devDependencies,
};
const staging = await mkdtemp(join(tmpdir(), 'tork-pack-'));
try {
  const staged = [];
  for (const folder of folders) staged.push(await stage(folder, staging, surroundings));
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  await promisify(execFile)('npm', ['pack', '--silent', '--pack-destination', OUT, ...staged]);
} finally {
  await rm(staging, { recursive: true, force: true });
}
for (const name of await readdir(OUT)) console.log(`dist/packages/${name}`);
