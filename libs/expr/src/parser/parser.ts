import { fail } from '../errors/failure';
import { MAX_SOURCE_DEPTH, MAX_SOURCE_LENGTH } from '../evaluator/limits';
import type { Token } from '../lexer/token';
import type {
  BinaryNode,
  BinaryOperator,
  ComparisonNode,
  ConditionalNode,
  LetNode,
  Node,
  OrderingOperator,
  SequenceNode,
  UnaryNode,
} from './ast';
import { NodeFactory } from './node-factory';
import {
  binaryOperator,
  isNegatable,
  isOrdering,
  isRightAssociative,
  PIPE_PRECEDENCE,
  PRECEDENCE,
  unaryOperator,
  UNARY_PRECEDENCE,
} from './operators';
import { PrimaryParser } from './primary';
import { TokenStream } from './token-stream';

/** Whether a name of the environment takes the place of the built-in of that name. */
export type IsHidden = (builtin: string) => boolean;

/** Turns a source into its syntax tree. Fails with the offset of what cannot stand where it does. */
export function parse(source: string, isHidden: IsHidden = () => false): Node {
  if (source.length > MAX_SOURCE_LENGTH) fail(`expression is longer than ${MAX_SOURCE_LENGTH} characters`, 0);
  return new Parser(source, isHidden).program();
}

/** Sequences, branches, operators; what stands between operators is the primary parser's. */
class Parser {
  private readonly tokens: TokenStream;
  private readonly nodes = new NodeFactory();
  private readonly primary: PrimaryParser;
  private depth = 0;

  constructor(source: string, isHidden: IsHidden) {
    this.tokens = new TokenStream(source);
    this.primary = new PrimaryParser(this.tokens, this.nodes, isHidden, {
      sequence: () => this.sequence(),
      expression: (precedence) => this.expression(precedence),
    });
  }

  program(): Node {
    const node = this.sequence();
    return this.tokens.current.kind === 'end' ? node : this.tokens.unexpected();
  }

  private sequence(): Node {
    const { at } = this.tokens.current;
    const items = [this.expression()];
    while (this.tokens.accept(';')) {
      if (this.tokens.current.kind === 'end') break;
      items.push(this.expression());
    }
    const [only] = items;
    return only && items.length === 1 ? only : this.nodes.make<SequenceNode>({ kind: 'sequence', at, items });
  }

  /** An expression whose operators bind at least as tightly; 0 stands for a full one, with `let`, `if` and `?:`. */
  private expression(precedence = 0): Node {
    if (++this.depth > MAX_SOURCE_DEPTH) fail('expression is nested too deeply', this.tokens.current.at);
    const node = precedence === 0 ? this.full() : this.binary(precedence);
    this.depth--;
    return node;
  }

  private full(): Node {
    if (this.tokens.is('let')) return this.variable();
    if (this.tokens.is('if')) return this.branch();
    let node = this.binary(0);
    while (this.tokens.is('?')) {
      const { at } = this.tokens.advance();
      const then = this.tokens.is(':') ? undefined : this.expression();
      this.tokens.expect(':');
      const otherwise = this.expression();
      node = this.nodes.make<ConditionalNode>({ kind: 'conditional', at, test: node, then, otherwise });
    }
    return node;
  }

  private variable(): Node {
    this.tokens.advance();
    const { text: name, at } = this.tokens.expectName();
    this.tokens.expect('=');
    const value = this.expression();
    this.tokens.expect(';');
    const body = this.sequence();
    return this.nodes.make<LetNode>({ kind: 'let', at, name, value, body });
  }

  private branch(): Node {
    const { at } = this.tokens.advance();
    const test = this.expression();
    const then = this.block();
    this.tokens.expect('else');
    const otherwise = this.tokens.is('if') ? this.nested(() => this.branch()) : this.block();
    return this.nodes.make<ConditionalNode>({ kind: 'conditional', at, test, then, otherwise });
  }

  private block(): Node {
    this.tokens.expect('{');
    const node = this.sequence();
    this.tokens.expect('}');
    return node;
  }

  private nested(parse: () => Node): Node {
    if (++this.depth > MAX_SOURCE_DEPTH) fail('expression is nested too deeply', this.tokens.current.at);
    const node = parse();
    this.depth--;
    return node;
  }

  private binary(precedence: number): Node {
    let left = this.prefix();
    let previous: BinaryOperator | '|' | undefined;
    for (;;) {
      if (this.tokens.is('|') && PIPE_PRECEDENCE >= precedence) {
        this.tokens.advance();
        left = this.primary.pipedCall(left);
        previous = '|';
        continue;
      }
      const negated = this.tokens.is('not');
      const symbol = negated ? this.tokens.peek() : this.tokens.current;
      const operator = symbol.kind === 'operator' ? binaryOperator(symbol.text) : undefined;
      if (negated && !isNegatable(symbol.text)) this.tokens.unexpected();
      if (!operator || PRECEDENCE[operator] < precedence) return left;
      if (negated) this.tokens.advance();
      const token = this.tokens.advance();
      if (previous === '??' && operator !== '??') {
        fail(`?? and ${token.text} cannot be mixed; put parentheses around one of them`, token.at);
      }
      left = this.operation(left, operator, token);
      if (negated) left = this.nodes.make<UnaryNode>({ kind: 'unary', at: token.at, operator: 'not', operand: left });
      previous = operator;
    }
  }

  private operation(left: Node, operator: BinaryOperator, { at }: Token): Node {
    if (isOrdering(operator)) return this.comparison(left, operator, at);
    const tightness = PRECEDENCE[operator];
    const right = this.expression(isRightAssociative(operator) ? tightness : tightness + 1);
    return this.nodes.make<BinaryNode>({ kind: 'binary', at, operator, left, right });
  }

  private comparison(first: Node, firstOperator: OrderingOperator, firstAt: number): Node {
    const operands = [first];
    const operators: ComparisonNode['operators'][number][] = [];
    let next: OrderingOperator | undefined = firstOperator;
    let at = firstAt;
    while (next) {
      operators.push({ operator: next, at });
      operands.push(this.expression(PRECEDENCE[next] + 1));
      const { kind, text } = this.tokens.current;
      const operator = kind === 'operator' ? binaryOperator(text) : undefined;
      next = isOrdering(operator) ? operator : undefined;
      if (next) ({ at } = this.tokens.advance());
    }
    const [, second] = operands;
    if (operands.length > 2)
      return this.nodes.make<ComparisonNode>({ kind: 'comparison', at: firstAt, operands, operators });
    return this.nodes.make<BinaryNode>({
      kind: 'binary',
      at: firstAt,
      operator: firstOperator,
      left: first,
      right: second as Node,
    });
  }

  private prefix(): Node {
    const token = this.tokens.current;
    const operator = token.kind === 'operator' ? unaryOperator(token.text) : undefined;
    if (!operator) return this.primary.parse();
    this.tokens.advance();
    const operand = this.expression(UNARY_PRECEDENCE[operator]);
    return this.primary.accessors(this.nodes.make<UnaryNode>({ kind: 'unary', at: token.at, operator, operand }));
  }
}
