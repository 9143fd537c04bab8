import { fail } from '../errors/failure';
import { MAX_NODES, MAX_SOURCE_DEPTH } from '../evaluator/limits';
import { childrenOf, type Node } from './ast';

/** A node without what follows from its children. */
type Unmeasured<N> = N extends Node ? Omit<N, 'depth' | 'size'> : never;

/** Makes the nodes of one syntax tree and keeps it within its limits. */
export class NodeFactory {
  private count = 0;

  /** Completes a node, which must be new. */
  make<N extends Node>(node: Unmeasured<N>): N {
    if (++this.count > MAX_NODES) fail(`expression has more than ${MAX_NODES} parts`, node.at);
    const made = Object.assign(node, { depth: 0, size: 1 }) as unknown as N & { depth: number; size: number };
    for (const child of childrenOf(made)) {
      // Checker and evaluator walk down the left of `a + b + c + …` in a loop, so a long one takes no stack.
      const sameLevel = made.kind === 'binary' && child.kind === 'binary' && child === made.left;
      made.depth = Math.max(made.depth, child.depth + (sameLevel ? 0 : 1));
      made.size += child.size;
    }
    if (made.depth > MAX_SOURCE_DEPTH) fail('expression is nested too deeply', node.at);
    return made;
  }
}
