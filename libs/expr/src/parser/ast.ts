import type { Float } from '../values/boxes';
import type { Int } from '../values/value';

interface At {
  /** Offset of what the node is named after: its operator, name or opening bracket. */
  readonly at: number;
  /** Levels of nodes below it; a chain of binary operators is one level, however long. */
  readonly depth: number;
  /** Number of nodes, with itself. */
  readonly size: number;
}

/** Text, numbers, `true`, `false` and `nil`, as the values that they are. */
export type LiteralNode = At & { readonly kind: 'literal'; readonly value: null | boolean | string | Int | Float };

/** A variable, or an entry of the environment; `$env` is the environment itself. */
export type NameNode = At & { readonly kind: 'name'; readonly name: string };

/** `#`, `#index`, `#acc`: the text behind the `#`. */
export type ClosureVariableNode = At & { readonly kind: 'closure variable'; readonly name: string };

export type UnaryNode = At & { readonly kind: 'unary'; readonly operator: '-' | '+' | 'not'; readonly operand: Node };

/** Symbols that have a word are spelled as the word: `and`, `or`, `**`. */
export type BinaryOperator =
  | '??'
  | '**'
  | '*'
  | '/'
  | '%'
  | '+'
  | '-'
  | '..'
  | '=='
  | '!='
  | OrderingOperator
  | 'in'
  | 'matches'
  | 'contains'
  | 'startsWith'
  | 'endsWith'
  | 'and'
  | 'or';

export type OrderingOperator = '<' | '<=' | '>' | '>=';

export type BinaryNode = At & {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Node;
  readonly right: Node;
};

/** `a < b < c`: every neighbouring pair must be in order. Operands are evaluated once; there is one operator less. */
export type ComparisonNode = At & {
  readonly kind: 'comparison';
  readonly operands: readonly Node[];
  readonly operators: readonly { readonly operator: OrderingOperator; readonly at: number }[];
};

/** Where a `?.` that met nil continues, with nil: around the longest dotted chain that holds it. */
export type ChainNode = At & { readonly kind: 'chain'; readonly body: Node };

/** `object.name` and `object[key]`. */
export type MemberNode = At & {
  readonly kind: 'member';
  readonly object: Node;
  readonly key: Node;
  readonly optional: boolean;
};

export type SliceNode = At & {
  readonly kind: 'slice';
  readonly object: Node;
  readonly from?: Node;
  readonly to?: Node;
};

/** A call of a function of the environment, or of a member. */
export type CallNode = At & {
  readonly kind: 'call';
  readonly callee: NameNode | MemberNode;
  readonly args: readonly Node[];
};

export type BuiltinNode = At & { readonly kind: 'builtin'; readonly name: string; readonly args: readonly Node[] };

/** A built-in with a closure, which `args` hold as second one. */
export type PredicateNode = At & {
  readonly kind: 'predicate';
  readonly name: string;
  readonly list: Node;
  /** Missing for `count` and `sum` without one. */
  readonly closure?: Node;
  /** Order of `sortBy`, start of `reduce`. */
  readonly extra?: Node;
};

export type ConditionalNode = At & {
  readonly kind: 'conditional';
  readonly test: Node;
  /** Missing in `a ?: b`, whose value is that of the test if it is true. */
  readonly then?: Node;
  readonly otherwise: Node;
};

export type LetNode = At & { readonly kind: 'let'; readonly name: string; readonly value: Node; readonly body: Node };

export type SequenceNode = At & { readonly kind: 'sequence'; readonly items: readonly Node[] };

export type ListNode = At & { readonly kind: 'list'; readonly items: readonly Node[] };

export type MapNode = At & {
  readonly kind: 'map';
  readonly pairs: readonly { readonly key: Node; readonly value: Node }[];
};

export type Node =
  | LiteralNode
  | NameNode
  | ClosureVariableNode
  | UnaryNode
  | BinaryNode
  | ComparisonNode
  | ChainNode
  | MemberNode
  | SliceNode
  | CallNode
  | BuiltinNode
  | PredicateNode
  | ConditionalNode
  | LetNode
  | SequenceNode
  | ListNode
  | MapNode;

/** What a node consists of, in the order of the source. */
export function childrenOf(node: Node): Node[] {
  switch (node.kind) {
    case 'literal':
    case 'name':
    case 'closure variable':
      return [];
    case 'unary':
      return [node.operand];
    case 'binary':
      return [node.left, node.right];
    case 'comparison':
      return [...node.operands];
    case 'chain':
      return [node.body];
    case 'member':
      return [node.object, node.key];
    case 'slice':
      return present([node.object, node.from, node.to]);
    case 'call':
      return [node.callee, ...node.args];
    case 'builtin':
      return [...node.args];
    case 'predicate':
      return present([node.list, node.closure, node.extra]);
    case 'conditional':
      return present([node.test, node.then, node.otherwise]);
    case 'let':
      return [node.value, node.body];
    case 'sequence':
    case 'list':
      return [...node.items];
    case 'map':
      return node.pairs.flatMap(({ key, value }) => [key, value]);
  }
}

function present(nodes: (Node | undefined)[]): Node[] {
  return nodes.filter((node) => node !== undefined);
}
