import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Block, Section } from './page';

const ROOT = join(__dirname, '../..');

/** What decides how Node reads the .js files of a package. */
export const MODULE_SYSTEMS = ['module', 'commonjs'] as const;
export type ModuleSystem = (typeof MODULE_SYSTEMS)[number];

/** The folder that the guide has its reader make, outside of the repository, once for each module system. */
export interface Project {
  readonly parent: string;
  readonly folder: Readonly<Record<ModuleSystem, string>>;
  /** The programs of the guide. */
  readonly programs: readonly Block[];
}

/**
 * Packs the packages, runs the guide's own lines to install them, and writes its files. Throws with what was printed.
 * Removed after the test file.
 */
export function createProject(sections: readonly Section[]): Project {
  const parent = realpathSync(mkdtempSync(join(tmpdir(), 'tork-guide-')));
  afterTestFile.push(async () => rmSync(parent, { recursive: true, force: true }));
  shell('node scripts/pack.mjs', ROOT);

  const blocks = sections.flatMap((section) => section.blocks);
  const installation = blocks.find(({ language, text }) => language === 'sh' && text.includes('npm install'))!;
  shell(installation.text, parent);
  const folder = { module: join(parent, 'tork-plus'), commonjs: join(parent, 'tork-plus-commonjs') };
  mkdirSync(folder.commonjs);
  symlinkSync(join(folder.module, 'node_modules'), join(folder.commonjs, 'node_modules'));
  writeFileSync(join(folder.commonjs, 'package.json'), '{ "type": "commonjs" }');

  const files = blocks.filter(({ title }) => title);
  for (const block of files) {
    for (const system of MODULE_SYSTEMS) {
      mkdirSync(join(folder[system], stepOf(block)));
      writeFileSync(join(folder[system], stepOf(block), block.title), block.text);
      writeFileSync(join(folder[system], block.title), block.text); // as the reader has it: the last one of a name
    }
  }
  return { parent, folder, programs: files.filter(({ language }) => ['ts', 'js'].includes(language)) };
}

/**
 * Compiles programs for both module systems, all of them at once: the compiler would take as long for each. `options`
 * take the place of those of the guide, and then nothing is written. Throws with what the compiler says.
 */
export function compile({ folder, parent }: Project, programs: readonly Block[], options?: object): void {
  const sources = programs.filter(({ language }) => language === 'ts');
  const configuration = {
    extends: './tork-plus/tsconfig.json',
    compilerOptions: { typeRoots: ['./tork-plus/node_modules/@types'], ...(options && { noEmit: true, ...options }) },
    files: MODULE_SYSTEMS.flatMap((system) => sources.map((block) => join(folder[system], stepOf(block), block.title))),
  };
  writeFileSync(join(parent, 'tsconfig.json'), JSON.stringify(configuration));
  shell('tork-plus/node_modules/.bin/tsc -p .', parent);
}

/** The file that runs a program, in the folder of a module system. */
export const runnable = (program: Block): string => join(stepOf(program), program.title.replace(/\.ts$/, '.js'));

const stepOf = ({ line }: Block): string => `step-${line}`;

/** Runs lines as somebody types them, stops at the first that fails, and throws with what was printed. */
function shell(lines: string, cwd: string): void {
  const { PATH, HOME } = process.env;
  const npm = { npm_config_prefer_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false' };
  try {
    execFileSync('/bin/sh', ['-euc', lines], {
      cwd,
      env: { PATH, HOME, TORK: ROOT, ...npm },
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout: string; stderr: string };
    throw new Error(`${lines}\n${stdout}${stderr}`, { cause });
  }
}
