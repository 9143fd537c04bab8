import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { manifestOf, publishedManifest } from './manifest.mjs';

/**
 * Puts what is published of the package in `folder` into a folder of its own in `into`, and resolves with that. What
 * an installation must not have stays behind: sources, tests, source maps without their sources. Rejects when the
 * package would not work by itself.
 */
export async function stage(folder, into, { license, shared, types }) {
  const to = join(into, basename(folder));
  const source = await manifestOf(folder);
  const files = await builtFiles(folder);
  const used = importsOf(files);
  checkDeclared(source, used);
  const manifest = publishedManifest(source, { shared, types: typesFor(used, types) });
  for (const [name, text] of files) {
    await mkdir(dirname(join(to, 'dist', name)), { recursive: true });
    await writeFile(join(to, 'dist', name), text);
  }
  await writeFile(join(to, 'README.md'), await readme(folder));
  await cp(license, join(to, 'LICENSE'));
  if (manifest.bin) await cp(join(folder, 'bin'), join(to, 'bin'), { recursive: true });
  await writeFile(join(to, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return to;
}

/**
 * What the compiler made of the sources that there are, by name; what an earlier build left in dist/ is not among it.
 * Comments that point to source maps are gone.
 */
async function builtFiles(folder) {
  const sources = await readdir(join(folder, 'src'), { recursive: true });
  const files = new Map();
  for (const source of sources.filter((name) => !/(^|\/)testing\/|\.(spec|int-spec|fixtures)\.ts$/.test(name))) {
    const stem = /^(.*)\.ts$/.exec(source)?.[1];
    for (const name of stem ? [`${stem}.js`, `${stem}.d.ts`] : source.endsWith('.js') ? [source] : []) {
      const text = await readFile(join(folder, 'dist', name), 'utf8').catch((cause) => {
        throw new Error(`${join(folder, 'dist', name)} is missing: run npm run build`, { cause });
      });
      files.set(name, text.replace(/\n\/\/# sourceMappingURL=.*\n?$/, '\n'));
    }
  }
  return files;
}

/** Packages that the code needs, and those that the declarations speak of. */
function importsOf(files) {
  const used = { code: new Set(), declarations: new Set() };
  for (const [name, text] of files) {
    for (const [, specifier] of text.matchAll(/(?:\brequire\(|\bfrom |\bimport\()["']([^."'][^"']*)["']/g)) {
      const parts = specifier.split('/');
      const packageName = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
      used[name.endsWith('.d.ts') ? 'declarations' : 'code'].add(packageName);
    }
  }
  return used;
}

/** In the monorepo every package finds every other one; an installation has what is declared. */
function checkDeclared({ dependencies = {}, name }, { code }) {
  const missing = [...code].filter((used) => !used.startsWith('node:') && used !== name && !(used in dependencies));
  if (missing.length > 0) throw new Error(`${name} imports what it does not depend on: ${missing.join(', ')}`);
}

/** The packages, out of `known`, with the types of libraries that have none and that the declarations speak of. */
function typesFor({ declarations }, known) {
  const names = [...declarations].map((library) => `@types/${library}`).filter((name) => name in known);
  return Object.fromEntries(names.map((name) => [name, known[name]]));
}

/** A link that leaves the package leads nowhere once it is installed. */
async function readme(folder) {
  const text = await readFile(join(folder, 'README.md'), 'utf8');
  const broken = [...text.matchAll(/\]\((\.\.\/[^)]*)\)/g)].map(([, target]) => target);
  if (broken.length > 0) throw new Error(`${folder}/README.md: ${broken.join(', ')} is not in the package`);
  return text;
}
