import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Bench } from './bench';
import type { Figure } from './figures';
import { describeMachine } from './machine';
import type { Machine } from './machine';
import { MEASURES } from './measures';
import { USAGE, UsageError, parseOptions } from './options';
import type { Options } from './options';
import { line, summary } from './report';
import { compare } from './targets';

async function main(args: string[]): Promise<void> {
  const options = parseOptions(args);
  const names = MEASURES.flatMap(({ figures }) => figures).filter((name) => options.only.test(name));
  if (options.help) return console.log(USAGE);
  if (options.list) return console.log(names.join('\n'));
  if (names.length === 0) throw new UsageError(`--only: no figure has a name that matches ${options.only}`);

  Object.assign(process.env, await services());
  const machine = await describeMachine();
  const figures = await measure(options);
  console.log(summary(machine, figures));
  if (options.json) await writeFile(options.json, asJson(machine, figures));
}

const asJson = (machine: Machine, figures: readonly Figure[]): string =>
  `${JSON.stringify({ machine, figures: figures.map((figure) => ({ ...figure, ...compare(figure) })) }, null, 2)}\n`;

/** Starts what is not there, see scripts/services.mjs. Resolves with the environment variables that say where. */
async function services(): Promise<Record<string, string>> {
  const script = pathToFileURL(join(__dirname, '../../scripts/services.mjs')).href;
  const { ensureServices } = (await import(script)) as { ensureServices(): Promise<Record<string, string>> };
  return ensureServices();
}

async function measure({ only, effort, profile }: Options): Promise<Figure[]> {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interrupted.abort(new Error(`ended by ${signal}`)));
  }
  const figures: Figure[] = [];
  const bench: Bench = {
    effort,
    signal: interrupted.signal,
    profileFolder: profile,
    wants: (name) => only.test(name),
    report: (figure) => {
      figures.push(figure);
      console.log(line(figure));
    },
  };
  for (const { figures: names, run } of MEASURES) if (names.some(bench.wants)) await run(bench);
  return figures;
}

main(process.argv.slice(2)).then(
  () => process.exit(), // What a service's client leaves open does not matter any more.
  (error: unknown) => {
    console.error(error instanceof UsageError ? error.message : error);
    process.exit(1);
  },
);
