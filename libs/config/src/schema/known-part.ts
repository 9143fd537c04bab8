import type { KeyNode } from './key-tree';

/** Splits a table of a file into what the schema knows and the dotted names of what it does not. */
export function knownPart(
  table: Record<string, unknown>,
  keys: KeyNode,
): { known: Record<string, unknown>; unknown: string[] } {
  const unknown: string[] = [];
  const prune = (value: unknown, node: KeyNode, path: readonly string[]): unknown => {
    if (node.type !== 'section' || node.open || !isTable(value)) return value;
    const known: Record<string, unknown> = {};
    for (const [name, child] of Object.entries(value)) {
      const childNode = node.keys.get(name);
      if (childNode) known[name] = prune(child, childNode, [...path, name]);
      else unknown.push([...path, name].join('.'));
    }
    return known;
  };
  return { known: prune(table, keys, []) as Record<string, unknown>, unknown };
}

/** A TOML table, as opposed to a value, an array or a date. */
export function isTable(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
