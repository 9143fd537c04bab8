import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * One copy of these must serve Tork and the application around it: Nest compares classes, and metadata has one
 * registry. So libraries ask for them, in a range, instead of bringing them along.
 */
const SHARED = ['@nestjs/common', '@nestjs/core', 'reflect-metadata', 'rxjs'];

export const manifestOf = async (folder) => JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));

/** The range of each shared package: the one version that the workspaces depend on, and what is compatible with it. */
export function sharedRanges(manifests) {
  const ranges = {};
  for (const { dependencies = {}, name } of manifests) {
    for (const shared of SHARED.filter((candidate) => candidate in dependencies)) {
      const range = `^${dependencies[shared]}`;
      if ((ranges[shared] ??= range) !== range) {
        throw new Error(`${name} depends on ${shared} ${dependencies[shared]}, others on ${ranges[shared]}`);
      }
    }
  }
  return ranges;
}

/**
 * The manifest that an installation sees: no way to the sources, no test entry points, nothing of the monorepo.
 * `types` are packages with types that the declarations need.
 */
export function publishedManifest(manifest, { shared, types }) {
  const { exports, dependencies = {} } = manifest;
  const own = Object.fromEntries(Object.entries(dependencies).filter(([name]) => !(name in shared)));
  const used = Object.fromEntries(Object.entries(shared).filter(([name]) => name in dependencies));
  return {
    ...without(manifest, 'nx'),
    exports: publishedExports(exports),
    // The command is nobody's guest: it brings what its libraries ask for.
    dependencies: { ...own, ...types, ...(manifest.bin && shared) },
    ...(!manifest.bin && Object.keys(used).length > 0 && { peerDependencies: used }),
  };
}

const publishedExports = (exports) =>
  Object.fromEntries(
    Object.entries(exports)
      .filter(([entry]) => entry !== './testing')
      .map(([entry, target]) => [entry, typeof target === 'string' ? target : without(target, '@tork/source')]),
  );

const without = (object, key) => Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
