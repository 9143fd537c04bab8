#!/usr/bin/env node
// Writes the tarball of every package that others install to dist/packages/. Run it as `npm run pack`, which builds first.
//
// A package is staged before it is packed: what a checkout needs and an installation must not have (the TypeScript
// sources by the condition `@tork/source`, test entry points, source maps without their sources) stays behind.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = join(ROOT, 'dist/packages');

/**
 * One copy of these must serve Tork and the application around it: Nest compares classes, and metadata has one
 * registry. So libraries ask for them, in a range, instead of bringing them along.
 */
const SHARED = ['@nestjs/common', '@nestjs/core', 'reflect-metadata', 'rxjs'];

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

const manifestOf = async (folder) => JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));

/** The manifest that an installation sees. `shared` has the versions of what {@link SHARED} names. */
function published(manifest, shared) {
  const { exports, nx: _, dependencies = {}, ...rest } = manifest;
  const own = Object.fromEntries(Object.entries(dependencies).filter(([name]) => !SHARED.includes(name)));
  const used = Object.keys(dependencies).filter((name) => SHARED.includes(name));
  const ranges = (names) => Object.fromEntries(names.map((name) => [name, `^${shared[name]}`]));
  return {
    ...rest,
    exports: Object.fromEntries(
      Object.entries(exports)
        .filter(([entry]) => entry !== './testing')
        .map(([entry, conditions]) => [entry, withoutSource(conditions)]),
    ),
    // The command is nobody's guest: it brings what its libraries ask for.
    ...(manifest.bin
      ? { dependencies: { ...own, ...ranges(SHARED) } }
      : { dependencies: own, ...(used.length > 0 && { peerDependencies: ranges(used) }) }),
  };
}

function withoutSource(conditions) {
  if (typeof conditions === 'string') return conditions;
  const { '@tork/source': _, ...rest } = conditions;
  return rest;
}

/** Copies what the compiler made of the sources that exist; what an earlier build left in dist/ does not go out. */
async function copyBuilt(from, to) {
  const sources = await readdir(join(from, 'src'), { recursive: true });
  const published = sources.filter((name) => !/(^|\/)testing\/|\.(int-)?spec\.ts$|\.fixtures\.ts$/.test(name));
  for (const source of published) {
    const stem = /^(.*)\.ts$/.exec(source)?.[1];
    const built = stem ? [`${stem}.js`, `${stem}.d.ts`] : source.endsWith('.js') ? [source] : [];
    for (const name of built) {
      const text = await readFile(join(from, 'dist', name), 'utf8').catch((cause) => {
        throw new Error(`${join(basename(from), 'dist', name)} is missing: npm run build`, { cause });
      });
      await mkdir(dirname(join(to, name)), { recursive: true });
      await writeFile(join(to, name), text.replace(/\n\/\/# sourceMappingURL=.*\n?$/, '\n'));
    }
  }
}

/** A link that leaves the package leads nowhere once it is installed. */
async function checkReadme(folder) {
  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  const broken = [...readme.matchAll(/\]\((\.\.\/[^)]*)\)/g)].map(([, target]) => target);
  if (broken.length > 0) throw new Error(`${folder}/README.md: ${broken.join(', ')} is not in the package`);
}

async function stage(folder, into, shared) {
  const manifest = published(await manifestOf(folder), shared);
  const to = join(into, basename(folder));
  await checkReadme(folder);
  await copyBuilt(folder, join(to, 'dist'));
  await cp(join(folder, 'README.md'), join(to, 'README.md'));
  await cp(join(ROOT, 'LICENSE'), join(to, 'LICENSE'));
  if (manifest.bin) await cp(join(folder, 'bin'), join(to, 'bin'), { recursive: true });
  await writeFile(join(to, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return to;
}

/** The one version in which the workspaces depend on each shared package. */
async function sharedVersions(folders) {
  const versions = {};
  for (const { dependencies = {}, name } of await Promise.all(folders.map(manifestOf))) {
    for (const shared of SHARED.filter((candidate) => candidate in dependencies)) {
      if (versions[shared] && versions[shared] !== dependencies[shared]) {
        throw new Error(`${name} depends on ${shared} ${dependencies[shared]}, others on ${versions[shared]}`);
      }
      versions[shared] = dependencies[shared];
    }
  }
  return versions;
}

const folders = await publishable();
const shared = await sharedVersions(folders);
const staging = await mkdtemp(join(tmpdir(), 'tork-pack-'));
try {
  const staged = await Promise.all(folders.map((folder) => stage(folder, staging, shared)));
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  await promisify(execFile)('npm', ['pack', '--silent', '--pack-destination', OUT, ...staged]);
} finally {
  await rm(staging, { recursive: true, force: true });
}
for (const name of await readdir(OUT)) console.log(`dist/packages/${name}`);
