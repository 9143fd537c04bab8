import { shorten } from '../../text/quote';
import { yamlBoolean, yamlInteger } from '../source/yaml-scalar';
import type { Dialect } from './dialect';

/** YAML: any scalar is text, as it is written; keys match in their exact case; `null` in a list is nothing. */
export const yamlDialect: Dialect = {
  nullItems: 'dropped',
  findField: (shape, key) => shape.fields.get(key),
  text: (scalar) => scalar.text,
  integer: (scalar) => yamlInteger(scalar.tag, scalar.text),
  boolean: (scalar) => yamlBoolean(scalar.tag, scalar.text),
  found: (node, shape) => {
    if (node.kind !== 'scalar') return node.kind === 'list' ? '!!seq' : '!!map';
    // The text of what should have been a map or an object is not shown: it may be a secret in the wrong place.
    const shown = shape.type === 'integer' || shape.type === 'boolean';
    return shown ? `!!${node.tag} \`${shorten(node.text, 20)}\`` : `!!${node.tag}`;
  },
  mismatch: (found, expected) => `cannot unmarshal ${found} into ${expected}`,
  unknownField: (key, owner) => `field ${JSON.stringify(shorten(key)).slice(1, -1)} not found in type input.${owner}`,
  render: ({ message, path, line, column }) => `  line ${line}: ${message} (${path}, column ${column})`,
  header: 'yaml: unmarshal errors:',
};
