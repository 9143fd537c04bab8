import { quote } from '../../text/quote';
import type { Dialect } from './dialect';
import type { Field, ObjectShape } from './shape';

/** Each object's fields by their name in lower case. */
const folded = new WeakMap<ObjectShape, Map<string, Field>>();

function foldedFields(shape: ObjectShape): Map<string, Field> {
  let fields = folded.get(shape);
  if (!fields) {
    fields = new Map([...shape.fields.values()].map((field) => [field.name.toLowerCase(), field]));
    folded.set(shape, fields);
  }
  return fields;
}

/** JSON: text is quoted, integers are integer literals, keys match whatever their case. */
export const jsonDialect: Dialect = {
  nullItems: 'kept',
  findField: (shape, key) => shape.fields.get(key) ?? foldedFields(shape).get(key.toLowerCase()),
  text: (scalar) => (scalar.tag === 'str' ? scalar.text : undefined),
  integer: (scalar) => {
    const fits = scalar.tag === 'int' && Math.abs(Number(scalar.text)) < 2 ** 63;
    return fits ? Number(scalar.text) + 0 : undefined;
  },
  boolean: (scalar) => (scalar.tag === 'bool' ? scalar.text === 'true' : undefined),
  found: (node, shape) => {
    if (node.kind !== 'scalar') return node.kind === 'list' ? 'array' : 'object';
    if (node.tag === 'str') return 'string';
    if (node.tag === 'bool') return 'bool';
    return shape.type === 'integer' ? `number ${node.text.slice(0, 30)}` : 'number';
  },
  mismatch: (found, expected) => `cannot unmarshal ${found} into value of type ${expected}`,
  unknownField: (key) => `unknown field ${quote(key)}`,
  render: ({ message, path, line, column }) => `json: ${message} (${path}, line ${line}, column ${column})`,
};
