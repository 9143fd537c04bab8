import { fail } from '../errors/failure';
import type { BinaryNode, BinaryOperator, Node } from '../parser/ast';
import { Float } from '../values/boxes';
import { remainder } from '../values/ints';
import { isInt } from '../values/kinds';
import { add, isNumber, multiply, negate, power, subtract, toDouble } from '../values/numbers';
import type { Value } from '../values/value';

/**
 * What is known of operations on literals before the run. It saves work, but it also decides what is an error: a literal
 * `false` makes a whole `and` false, whatever stands beside it, and a remainder of two literals fails early.
 */
export class Folder {
  private readonly known = new WeakMap<Node, Value | undefined>();

  /** The value that a node has in every run, or undefined. */
  constant(node: Node): Value | undefined {
    switch (node.kind) {
      case 'literal':
        return node.value;
      case 'unary': {
        const operand = this.constant(node.operand);
        if (node.operator === 'not') return typeof operand === 'boolean' ? !operand : undefined;
        if (operand === undefined || !isNumber(operand)) return undefined;
        return node.operator === '-' ? negate(operand) : operand;
      }
      case 'binary':
        return this.ofSpine(node);
      default:
        return undefined;
    }
  }

  /** In a loop down the left, because chains of operators may be longer than the stack. */
  private ofSpine(outermost: BinaryNode): Value | undefined {
    if (this.known.has(outermost)) return this.known.get(outermost);
    const spine: BinaryNode[] = [];
    let node: Node = outermost;
    for (; node.kind === 'binary' && !this.known.has(node); node = node.left) spine.push(node);
    let value = node.kind === 'binary' ? this.known.get(node) : this.constant(node);
    for (const link of spine.reverse()) {
      value = combine(link.operator, value, this.constant(link.right), link.at);
      this.known.set(link, value);
    }
    return value;
  }
}

function combine(operator: BinaryOperator, a: Value | undefined, b: Value | undefined, at: number): Value | undefined {
  if (operator === 'and' || operator === 'or') return decided(operator, a, b);
  if (a === undefined || b === undefined) return undefined;
  if (typeof a === 'string' && typeof b === 'string') return operator === '+' ? a + b : undefined;
  if (!isNumber(a) || !isNumber(b)) return undefined;
  switch (operator) {
    case '+':
      return add(a, b);
    case '-':
      return subtract(a, b);
    case '*':
      return multiply(a, b);
    case '/':
      return new Float(toDouble(a) / toDouble(b));
    case '**':
      return power(a, b);
    case '%':
      if (!isInt(a) || !isInt(b)) return undefined;
      return b === 0 ? fail('division by zero', at) : remainder(a, b);
    default:
      return undefined;
  }
}

/** The value of an `and` or `or` of which one side is enough, or both are known. */
function decided(operator: 'and' | 'or', a: Value | undefined, b: Value | undefined): Value | undefined {
  const decisive = operator === 'or';
  if (a === decisive || b === decisive) return decisive;
  return a === !decisive && b === !decisive ? !decisive : undefined;
}
