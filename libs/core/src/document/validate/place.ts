import type { Dialect } from '../bind/dialect';
import type { Shape } from '../bind/shape';
import { elementLabel, pathText } from '../path';
import type { Path } from '../path';
import type { SourceNode } from '../source/source';

/** Where in a document a validation rule failed. */
export interface Place {
  /** `Job.Tasks[0].Name` */
  path: string;
  /** `Name`; with the key of a map or the position in a list, `Files[a]`. */
  field: string;
  /** The node of the field, or of what it is missing in. */
  node: SourceNode;
}

/** Follows a path of keys and positions through a document's shape and, as far as it goes, its source. */
export function placeOf(keys: readonly PropertyKey[], root: SourceNode, shape: Shape, dialect: Dialect): Place {
  let path: Path = { label: shape.type === 'object' ? shape.name : '' };
  let field = path.label;
  let here: Shape | undefined = shape;
  let node: SourceNode = root;
  let found = true;
  for (const key of keys) {
    const step: Step | undefined = here && stepInto(here, key);
    const label = step?.label ?? String(key);
    path = { parent: path, label };
    field = label.startsWith('[') ? field + label : label;
    const next: SourceNode | undefined = found && here ? childOf(node, here, key, dialect) : undefined;
    found = next !== undefined;
    node = next ?? node;
    here = step?.shape;
  }
  return { path: pathText(path), field, node };
}

interface Step {
  label: string;
  shape?: Shape;
}

/** The label and shape of an element. Nothing for the pseudo fields of rules that concern several fields. */
function stepInto(shape: Shape, key: PropertyKey): Step | undefined {
  switch (shape.type) {
    case 'object':
      return shape.fields.get(String(key));
    case 'list':
      return { label: elementLabel(Number(key)), shape: shape.item };
    case 'map':
      return { label: elementLabel(String(key)) };
    default:
      return undefined;
  }
}

function childOf(node: SourceNode, shape: Shape, key: PropertyKey, dialect: Dialect): SourceNode | undefined {
  if (node.kind === 'list') {
    const items =
      dialect.nullItems === 'kept'
        ? node.items
        : node.items.filter((item) => item.kind !== 'scalar' || item.tag !== 'null');
    return items[Number(key)];
  }
  if (node.kind !== 'mapping') return undefined;
  return node.entries.findLast((entry) => {
    if (entry.key.kind !== 'scalar') return false;
    const name = shape.type === 'object' ? dialect.findField(shape, entry.key.text)?.name : entry.key.text;
    return name === key;
  })?.value;
}
