import { globalRegistry, type z } from 'zod';
import { keyTree, type KeyNode } from './key-tree';

/** A key as the documentation shows it. */
export interface KeyDescription {
  /** Dotted; `<name>` stands for keys that the user chooses. */
  key: string;
  /** `text`, `integer`, `boolean`, `duration`, `size`, `list` or the values there are, as `a | b`. */
  type: string;
  /** As it would be written in a file; absent when there is none. */
  default?: string;
}

/** Every key of a schema, in its order. */
export const describeKeys = (schema: z.ZodType): KeyDescription[] => describe(keyTree(schema), []);

function describe(node: KeyNode, path: readonly string[]): KeyDescription[] {
  switch (node.type) {
    case 'section':
      return [...node.keys].flatMap(([name, child]) => describe(child, [...path, name]));
    case 'map':
      return describe(node.value, [...path, '<name>']).map((entry) => withDefault(entry, node.default));
    case 'value':
      return [withDefault({ key: path.join('.'), type: typeOf(node.schemas) }, node.default)];
  }
}

function withDefault(entry: KeyDescription, value: unknown): KeyDescription {
  const isNothing = value === undefined || value === '' || (isEmptyTable(value) && !Array.isArray(value));
  return isNothing ? entry : { ...entry, default: written(value) };
}

const isEmptyTable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** JSON is TOML, but for tables. */
function written(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(([name, child]) => `${name} = ${written(child)}`);
  return `{ ${entries.join(', ')} }`;
}

function typeOf(schemas: readonly z.core.$ZodType[]): string {
  const named = schemas.map((schema) => globalRegistry.get(schema)?.value).find((name) => typeof name === 'string');
  if (named) return String(named);
  const { def } = (schemas.at(-1) as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'enum':
      return Object.values(def.entries).join(' | ');
    case 'string':
      return 'text';
    case 'number':
      return 'integer';
    case 'literal':
      return def.values.join(' | ');
    case 'union':
      return [...new Set(def.options.map((option) => typeOf([option])))].filter(Boolean).join(' | ');
    default:
      return def.type;
  }
}
