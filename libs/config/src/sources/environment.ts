import type { KeyNode } from '../schema/key-tree';

/** A value that a variable gives to a key. */
export interface EnvironmentEntry {
  variable: string;
  path: string[];
  text: string;
}

const PREFIX = 'TORK_';
/** Variables of ours that are no keys. */
const NOT_KEYS = new Set(['TORK_CONFIG']);

/**
 * Finds the keys that TORK_* variables name. `_` stands for `.` and for `_`, so that
 * `TORK_DATASTORE_POSTGRES_MAX_OPEN_CONNS` is `datastore.postgres.max_open_conns`. In a table whose keys the user
 * chooses, what follows the table's name is one key, in lower case and with `.` for `_`.
 */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  keys: KeyNode,
): { entries: EnvironmentEntry[]; unknown: string[] } {
  const entries: EnvironmentEntry[] = [];
  const unknown: string[] = [];
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith(PREFIX) || NOT_KEYS.has(variable) || text === undefined) continue;
    const path = pathOf(variable.slice(PREFIX.length).toLowerCase(), keys);
    if (path) entries.push({ variable, path, text });
    else unknown.push(variable);
  }
  return { entries, unknown };
}

/** `name` is lower-case. `undefined` when no key is spelled like that. */
function pathOf(name: string, node: KeyNode): string[] | undefined {
  switch (node.type) {
    case 'value':
      return name === '' ? [] : undefined;
    case 'map':
      return name === '' ? undefined : [name.replaceAll('_', '.')];
    case 'section': {
      for (const [key, child] of node.keys) {
        const rest = afterKey(name, key);
        const path = rest === undefined ? undefined : pathOf(rest, child);
        if (path) return [key, ...path];
      }
      return node.open && name !== '' ? name.split('_') : undefined;
    }
  }
}

/** What follows a key in a variable's name, or `undefined` when the name does not begin with it. */
function afterKey(name: string, key: string): string | undefined {
  const spelled = key.toLowerCase().replaceAll('.', '_');
  if (name === spelled) return '';
  return name.startsWith(`${spelled}_`) ? name.slice(spelled.length + 1) : undefined;
}
