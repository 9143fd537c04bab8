import { homedir } from 'node:os';
import type { z } from 'zod';
import { ConfigError, type ConfigFault } from './config-error';
import { expectationOf } from './schema/describe-issue';
import { shown } from './schema/found';
import { keyTree, type KeyNode } from './schema/key-tree';
import { isTable, knownPart } from './schema/known-part';
import { readEnvironment } from './sources/environment';
import { readConfigFile } from './sources/file';
import { LayeredValues } from './sources/layered-values';

export interface ConfigSources {
  /** Default: the environment of the process. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Where relative paths begin. Default: the working directory. */
  cwd?: string;
  /** What `~` stands for. Default: the user's home. */
  home?: string;
  /** Values of the command line by dotted key; they win over everything else. */
  flags?: Readonly<Record<string, unknown>>;
}

export interface LoadedConfig<T> {
  config: T;
  /** What is ignored, a sentence each, for the log. */
  warnings: string[];
  /** The file that was read, if there was one. */
  source: string | undefined;
}

/**
 * Reads the configuration: defaults of the schema < one TOML file < TORK_* variables < flags. An empty text is the same
 * as none. Unknown keys are ignored with a warning each.
 *
 * @throws ConfigError with everything that is wrong at once.
 */
export function loadConfig<S extends z.ZodObject>(schema: S, sources: ConfigSources = {}): LoadedConfig<z.output<S>> {
  const { env = process.env, cwd = process.cwd(), home = homedir(), flags = {} } = sources;
  const keys = keyTree(schema);
  const warnings: string[] = [];
  const values = new LayeredValues();

  const file = readConfigFile({ env, cwd, home });
  if (file) {
    const { known, unknown } = knownPart(file.table, keys);
    values.add([], known, file.path);
    warnings.push(...unknown.map((key) => `unknown key ${key} in ${file.path} is ignored`));
  }
  const { entries, unknown } = readEnvironment(env, keys);
  for (const { path, text, variable } of entries) values.add(path, text, variable);
  warnings.push(...unknown.map((variable) => `unknown variable ${variable} is ignored`));
  for (const [key, value] of Object.entries(flags)) values.add(key.split('.'), value, 'command line');

  const input = withoutEmptyTexts(values.root, keys);
  const parsed = schema.safeParse(input, { error: expectationOf });
  if (!parsed.success) throw ConfigError.of(parsed.error.issues.map((issue) => faultOf(issue, values)));
  return { config: parsed.data, warnings, source: file?.path };
}

function withoutEmptyTexts(table: unknown, node: KeyNode): unknown {
  if (!isTable(table) || node.type === 'value') return table;
  const childOf = (name: string) => (node.type === 'map' ? node.value : node.keys.get(name));
  const kept = Object.entries(table).filter(([, value]) => value !== '');
  return Object.fromEntries(
    kept.map(([name, value]) => {
      const child = childOf(name);
      return [name, child ? withoutEmptyTexts(value, child) : value];
    }),
  );
}

function faultOf(issue: z.core.$ZodIssue, values: LayeredValues): ConfigFault {
  const path = issue.path.map(String);
  const found = shown(values.at(path), path);
  const message = issue.message.startsWith('expected ') ? `${issue.message}, found ${found}` : issue.message;
  return { key: path.join('.'), message, origin: values.originOf(path) };
}
