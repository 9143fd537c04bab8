import type { z } from 'zod';

/** What a schema has at a key: a table of known keys, a table whose keys the user chooses, or a value. */
export type KeyNode =
  | { type: 'section'; keys: ReadonlyMap<string, KeyNode>; /** Takes other keys, too. */ open: boolean }
  | { type: 'map'; value: KeyNode; default: unknown }
  | {
      type: 'value';
      /** The schema and those that it wraps, from the outside in. */
      schemas: readonly z.core.$ZodType[];
      /** As written, before conversion. */
      default: unknown;
    };

/** The keys of a schema, whose objects become sections, records maps, and everything else values. */
export function keyTree(schema: z.core.$ZodType): KeyNode {
  const layers = layersOf(schema);
  const written = layers.map(({ _zod: { def } }) => ('defaultValue' in def ? def.defaultValue : undefined));
  const defaultValue = written.find((value) => value !== undefined);
  const { def } = (layers.at(-1) as AnySchema)._zod;
  switch (def.type) {
    case 'object':
      return {
        type: 'section',
        keys: new Map(Object.entries(def.shape).map(([name, child]) => [name, keyTree(child)])),
        open: def.catchall !== undefined && def.catchall._zod.def.type !== 'never',
      };
    case 'intersection':
      return merged(keyTree(def.left), keyTree(def.right));
    case 'record':
      return { type: 'map', value: keyTree(def.valueType), default: defaultValue };
    default:
      return { type: 'value', schemas: layers, default: defaultValue };
  }
}

type AnySchema = z.core.$ZodTypes;

/** A schema, what its defaults and the like wrap, and of conversions what they read: from the outside in. */
function layersOf(schema: z.core.$ZodType): AnySchema[] {
  const layers = [schema as AnySchema];
  for (;;) {
    const { def } = (layers.at(-1) as AnySchema)._zod;
    switch (def.type) {
      case 'default':
      case 'prefault':
      case 'optional':
      case 'nullable':
      case 'readonly':
      case 'nonoptional':
        layers.push(def.innerType as AnySchema);
        break;
      case 'pipe':
        layers.push(def.in as AnySchema);
        break;
      default:
        return layers;
    }
  }
}

function merged(left: KeyNode, right: KeyNode): KeyNode {
  if (left.type !== 'section' || right.type !== 'section') return right;
  const keys = new Map(left.keys);
  for (const [name, node] of right.keys) {
    const other = keys.get(name);
    keys.set(name, other ? merged(other, node) : node);
  }
  return { type: 'section', keys, open: left.open && right.open };
}
