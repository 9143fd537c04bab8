#!/usr/bin/env node
// Writes docs/reference/ from the doc comments of what the packages export. Run it as `npm run docs`, which builds first;
// `npm run docs -- --check` writes nothing and fails when the pages are not what the comments say.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Application, Comment, Converter } from 'typedoc';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const REFERENCE = join(ROOT, 'docs/reference');

/**
 * What an extender imports, with the engine in front. It exports again what the others have, which is described with
 * them, so it is read behind them. The declarations are read, as an installation has them.
 */
const PACKAGES = [
  'libs/engine',
  'apps/cli',
  ...['middleware', 'core', 'runtime', 'broker', 'datastore', 'expr'].map((name) => `libs/${name}`),
];

const OPTIONS = {
  name: 'API reference',
  plugin: ['typedoc-plugin-markdown'],
  tsconfig: join(ROOT, 'tsconfig.docs.json'),
  entryPoints: PACKAGES.map((folder) => join(ROOT, folder, 'dist/index.d.ts')).reverse(),
  sort: ['source-order'],
  readme: 'none',
  logLevel: 'Warn',
  disableSources: true,
  disableGit: true,
  // What a class inherits from one of Node's is in Node's documentation.
  excludeExternals: true,
  excludePrivate: true,
  excludeInternal: true,
  sortEntryPoints: false,
  outputFileStrategy: 'modules',
  excludeScopesInPaths: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  expandParameters: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  propertyMembersFormat: 'table',
  typeDeclarationFormat: 'table',
  indexFormat: 'table',
  tableColumnSettings: { hideInherited: true, hideOverrides: true, hideSources: true, hideModifiers: true },
};

/** Writes the pages to a folder. */
async function generate(folder) {
  const manifests = await Promise.all(
    PACKAGES.map(async (name) => JSON.parse(await readFile(join(ROOT, name, 'package.json'), 'utf8'))),
  );
  const app = await Application.bootstrapWithPlugins({ ...OPTIONS, out: folder });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    project.children?.reverse();
    project.childrenIncludingDocuments?.reverse();
    for (const [at, module] of project.children?.entries() ?? []) {
      introduce(module, manifests[at]);
      withoutSchemas(module);
    }
  });
  const project = await app.convert();
  if (!project) throw new Error('the declarations cannot be read: npm run build');
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error('doc comments have faults, see above');
}

/** A page has the name of what one imports, and says what that is. */
function introduce(module, { description, name }) {
  module.name = name;
  module.comment = new Comment([{ kind: 'text', text: description }]);
}

/** Of a configuration neither the zod schema nor the type spelled out says much; docs/configuration.md has the keys. */
function withoutSchemas({ children = [], project }) {
  const schemas = children.filter(({ type }) => /\bZod/.test(type?.name));
  const keys = children.filter(({ name }) => name.endsWith('Config')).flatMap((config) => config.children ?? []);
  for (const reflection of [...schemas, ...keys]) project.removeReflection(reflection);
}

/** The text of each page by its name. */
async function pages(folder) {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const texts = names
    .filter((name) => name.endsWith('.md'))
    .map(async (name) => [name, await readFile(join(folder, name), 'utf8')]);
  return new Map(await Promise.all(texts));
}

/** Names of pages that are missing, superfluous, or different. */
async function stale() {
  const folder = await mkdtemp(join(tmpdir(), 'tork-docs-'));
  try {
    await generate(folder);
    const [are, should] = [await pages(REFERENCE), await pages(folder)];
    return [...new Set([...are.keys(), ...should.keys()])].filter((name) => are.get(name) !== should.get(name));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
if (values.check) {
  const names = await stale();
  for (const name of names) console.error(`docs/reference/${name} is not what the doc comments say: run npm run docs`);
  process.exitCode = names.length > 0 ? 1 : 0;
} else {
  await rm(REFERENCE, { recursive: true, force: true });
  await generate(REFERENCE);
}
