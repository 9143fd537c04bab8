import { readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { ConfigError } from '../config-error';

export interface ConfigFile {
  path: string;
  table: Record<string, unknown>;
}

export interface FileSearch {
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  home: string;
}

/**
 * Reads the one configuration file: the one that TORK_CONFIG names, which must exist, or the first there is of
 * `config.local.toml` and `config.toml` in the working directory, `~/tork/config.toml` and `/etc/tork/config.toml`.
 */
export function readConfigFile({ env, cwd, home }: FileSearch): ConfigFile | undefined {
  const named = env.TORK_CONFIG;
  if (named) {
    const path = expand(named, cwd, home);
    const file = readToml(path);
    if (!file) throw new ConfigError(`could not find config file in: ${path}`);
    return file;
  }
  for (const path of ['config.local.toml', 'config.toml', '~/tork/config.toml', '/etc/tork/config.toml']) {
    const file = readToml(expand(path, cwd, home));
    if (file) return file;
  }
  return undefined;
}

function expand(path: string, cwd: string, home: string): string {
  if (path.startsWith('~/')) return join(home, path.slice(2));
  return isAbsolute(path) ? path : resolve(cwd, path);
}

function readToml(path: string): ConfigFile | undefined {
  try {
    return { path, table: parse(readFileSync(path, 'utf8')) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ConfigError(`error loading config from ${path}: ${causeOf(error)}`, [], { cause: hideSource(error) });
  }
}

/** The parser's message ends in the lines around the fault, which may hold a password. */
function causeOf(error: unknown): string {
  const { message } = error as Error;
  if (!(error instanceof TomlError)) return message;
  return `${message.split('\n')[0]} (line ${error.line}, column ${error.column})`;
}

const hideSource = (error: unknown): unknown => (error instanceof TomlError ? undefined : error);
