import { methodOfKind } from '../builtins/methods';
import { fail } from '../errors/failure';
import { withArticle } from '../errors/words';
import type { MemberNode, Node, SliceNode } from '../parser/ast';
import { functionType, UNKNOWN, type Type } from '../types/type';

type TypeOf = (node: Node) => Type;

/** The name of `object.name` or `object["name"]`. */
export function memberName({ key }: MemberNode): string | undefined {
  return key.kind === 'literal' && typeof key.value === 'string' ? key.value : undefined;
}

/** The type of `object.name` or `object[key]`, for every object but `$env`. */
export function typeOfMember(node: MemberNode, typeOf: TypeOf): Type {
  const object = typeOf(node.object);
  const key = typeOf(node.key);
  const name = memberName(node);
  switch (object.kind) {
    case 'unknown':
      return UNKNOWN;
    case 'nil':
      return fail('nil has no members', node.at);
    case 'list':
      if (key.kind === 'int' || key.kind === 'unknown') return object.item;
      return name === undefined
        ? fail(`the index of a list must be an int, found ${key.kind}`, node.key.at)
        : fail(`a list has no member ${name}`, node.at);
    case 'map':
    case 'string map':
      if (key.kind !== 'string' && key.kind !== 'unknown')
        fail(`the key of a map must be a string, found ${key.kind}`, node.key.at);
      return object.item;
    case 'general map':
      return object.item;
    case 'record':
      if (name === undefined) return UNKNOWN;
      return object.members?.get(name) ?? fail(`unknown member ${name}`, node.at);
    default: {
      const method = name === undefined ? undefined : methodOfKind(object.kind, name);
      if (method) return functionType(method);
      return name === undefined
        ? fail(`${withArticle(object.kind)} has no items`, node.at)
        : fail(`${withArticle(object.kind)} has no member ${name}`, node.at);
    }
  }
}

/** The type of `object[from:to]`. */
export function typeOfSlice(node: SliceNode, typeOf: TypeOf): Type {
  const object = typeOf(node.object);
  if (object.kind === 'unknown') return UNKNOWN; // as in the original, its bounds are left to the run
  if (object.kind !== 'string' && object.kind !== 'list') fail(`${withArticle(object.kind)} cannot be sliced`, node.at);
  for (const bound of [node.from, node.to]) {
    const kind = bound && typeOf(bound).kind;
    if (bound && kind !== 'int' && kind !== 'unknown')
      fail(`the bound of a slice must be an int, found ${kind}`, bound.at);
  }
  return object;
}
