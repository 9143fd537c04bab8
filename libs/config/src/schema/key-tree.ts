import type { z } from 'zod';

/** What a schema has at a key: a table of known keys, a table whose keys the user chooses, or a value. */
export type KeyNode =
  | { type: 'section'; keys: ReadonlyMap<string, KeyNode>; /** Takes other keys, too. */ open: boolean }
  | { type: 'map'; value: KeyNode }
  | { type: 'value'; schema: z.core.$ZodType; /** As written, before conversion. */ default: unknown };

/** The keys of a schema, whose objects become sections, records maps, and everything else values. */
export function keyTree(schema: z.core.$ZodType): KeyNode {
  const { inner, default: written } = unwrap(schema);
  const { def } = inner._zod;
  switch (def.type) {
    case 'object':
      return {
        type: 'section',
        keys: new Map(Object.entries(def.shape).map(([name, child]) => [name, keyTree(child)])),
        open: def.catchall !== undefined && def.catchall._zod.def.type !== 'never',
      };
    case 'record':
      return { type: 'map', value: keyTree(def.valueType) };
    default:
      return { type: 'value', schema: inner, default: written };
  }
}

type AnyDef = z.core.$ZodTypes['_zod']['def'];
type AnySchema = z.core.$ZodType & { _zod: { def: AnyDef } };

/** Takes defaults and the like off a schema. */
function unwrap(schema: z.core.$ZodType): { inner: AnySchema; default: unknown } {
  let inner = schema as AnySchema;
  let written: unknown;
  for (;;) {
    const { def } = inner._zod;
    switch (def.type) {
      case 'default':
      case 'prefault':
        written ??= def.defaultValue;
        inner = def.innerType as AnySchema;
        break;
      case 'optional':
      case 'nullable':
      case 'readonly':
      case 'nonoptional':
        inner = def.innerType as AnySchema;
        break;
      case 'pipe': {
        // `int.pipe(…)` and `section.transform(…)`: what is read is at the entrance.
        const entrance = def.in as AnySchema;
        if (!['object', 'record', 'pipe'].includes(entrance._zod.def.type)) return { inner, default: written };
        inner = entrance;
        break;
      }
      default:
        return { inner, default: written };
    }
  }
}
