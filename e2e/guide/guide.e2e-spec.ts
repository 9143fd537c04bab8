import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { spawnProcess } from '@tork/testing';
import { sectionsOf } from './page';
import { compile, createProject, MODULE_SYSTEMS } from './project';
import type { Project } from './project';
import { Reader } from './reader';

// A section starts up to three servers, in both module systems, on a machine that may be busy.
jest.setTimeout(300_000);

const sections = sectionsOf(readFileSync(join(__dirname, '../../docs/extending.md'), 'utf8'));
let project: Project;

beforeAll(() => void (project = createProject(sections)));

describe('the packages, installed outside of the repository', () => {
  const manifestOf = (folder: string, name: string) =>
    JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')) as {
      exports: object;
      dependencies: Record<string, string>;
    };

  it('export the same names to require and to import', async () => {
    const run = spawnProcess(join(__dirname, 'names-of-entries.js'), [], { cwd: project.folder.module });

    expect(await run.exited).toEqual({ code: 0, signal: null });
    const entries = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { entry: string; required: string[]; imported: string[] });
    expect(entries.map(({ entry }) => entry)).toEqual(
      expect.arrayContaining(['tork', '@tork/engine', '@tork/broker/rabbitmq', '@tork/datastore/typeorm']),
    );
    for (const { entry, imported, required } of entries)
      expect({ entry, names: imported }).toEqual({ entry, names: required });
  });

  it('lead nowhere into the monorepo', () => {
    const folder = project.folder.module;
    const names = Object.keys(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).dependencies as object);

    expect(names).toEqual(expect.arrayContaining(['tork', '@tork/engine', '@tork/expr']));
    for (const name of names) {
      const installed = join(folder, 'node_modules', name);
      expect(realpathSync(installed)).toBe(installed);
      expect(JSON.stringify(manifestOf(folder, name))).not.toMatch(/@tork\/(source|testing)|\.\/src\//);
      expect(existsSync(join(installed, 'src'))).toBe(false);
      for (const file of ['README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']) {
        expect({ name, file, exists: existsSync(join(installed, file)) }).toEqual({ name, file, exists: true });
      }
    }
  });

  it.each([
    ['node16', 'node16'],
    ['esnext', 'bundler'],
  ])('have types for modules of %s, resolved as by %s', (module, moduleResolution) => {
    const program = sections.flatMap(({ blocks }) => blocks).find(({ text }) => text.includes('registerEndpoint'))!;

    compile(project, [program], { module, moduleResolution });
  });

  it('have the command', async () => {
    const command = spawnProcess(join(project.folder.module, 'node_modules/.bin/tork'), ['--version'], {
      cwd: project.folder.module,
    });

    expect(await command.exited).toEqual({ code: 0, signal: null });
    expect(command.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('docs/extending.md, as ES modules and as CommonJS', () => {
  let readers: Reader[];
  beforeAll(async () => {
    compile(project, project.programs);
    readers = await Promise.all(MODULE_SYSTEMS.map((system) => Reader.create(project, system)));
  });

  it.each(sections.map((section) => [section.title, section] as const))('%s', async (_, section) => {
    // .mjs and .cjs mean the same in every folder.
    const isJavaScript = section.blocks.some(({ language }) => language === 'js');
    const outcomes = await Promise.allSettled(
      readers.slice(0, isJavaScript ? 1 : undefined).map((reader) => reader.follow(section)),
    );
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  });
});
