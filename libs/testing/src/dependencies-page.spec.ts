import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../../..');

interface Package {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** The folders of the packages in a folder, where a page may stand beside them. */
const packagesIn = (kind: string): string[] =>
  readdirSync(join(root, kind), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(kind, name));

/** Everything that a package of this repository asks for and that is not a package of this repository. */
function declared(): string[] {
  const folders = ['.', 'bench', 'e2e', ...['libs', 'apps', 'examples/extensions'].flatMap((kind) => packagesIn(kind))];
  const names = folders.flatMap((folder) => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(root, folder, 'package.json'), 'utf8'),
    ) as Package;
    return Object.keys({ ...dependencies, ...devDependencies });
  });
  return [...new Set(names)].filter((name) => !name.startsWith('@tork/')).sort();
}

it('docs/dependencies.md names each dependency once, and no other', () => {
  const page = readFileSync(join(root, 'docs/dependencies.md'), 'utf8');
  const named = [...page.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);

  expect(named.sort()).toEqual(declared());
});
