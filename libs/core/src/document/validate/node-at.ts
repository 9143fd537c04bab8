import type { Dialect } from '../bind/dialect';
import type { Shape } from '../bind/shape';
import type { ListNode, SourceNode } from '../source/source';

/** The node at a path of keys and positions, or the last one on the way there: where something is missing. */
export function nodeAt(
  keys: readonly (string | number)[],
  root: SourceNode,
  shape: Shape,
  dialect: Dialect,
): SourceNode {
  let node = root;
  let here: Shape | undefined = shape;
  for (const key of keys) {
    const next = here && childOf(node, here, key, dialect);
    if (!next) return node;
    node = next;
    here = partOf(here, key);
  }
  return node;
}

function partOf(shape: Shape | undefined, key: string | number): Shape | undefined {
  if (shape?.type === 'list') return shape.item;
  return shape?.type === 'object' ? shape.fields.get(String(key))?.shape : undefined;
}

function childOf(node: SourceNode, shape: Shape, key: string | number, dialect: Dialect): SourceNode | undefined {
  if (node.kind === 'list') return itemAt(node, Number(key), dialect);
  if (node.kind !== 'mapping') return undefined;
  return node.entries.findLast((entry) => {
    if (entry.key.kind !== 'scalar') return false;
    const name = shape.type === 'object' ? dialect.findField(shape, entry.key.text)?.name : entry.key.text;
    return name === key;
  })?.value;
}

function itemAt({ items }: ListNode, position: number, dialect: Dialect): SourceNode | undefined {
  if (dialect.nullItems === 'kept') return items[position];
  let left = position;
  return items.find((item) => (item.kind !== 'scalar' || item.tag !== 'null') && left-- === 0);
}
