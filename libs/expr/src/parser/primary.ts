import { isBuiltin } from '../builtins/builtins';
import { fail } from '../errors/failure';
import type { Token } from '../lexer/token';
import type {
  BuiltinNode,
  CallNode,
  ChainNode,
  ClosureVariableNode,
  ListNode,
  LiteralNode,
  MapNode,
  MemberNode,
  NameNode,
  Node,
  PredicateNode,
  SliceNode,
} from './ast';
import type { NodeFactory } from './node-factory';
import { PREDICATES, type PredicateSyntax } from './predicates';
import type { TokenStream } from './token-stream';

/** The rules of the grammar that contain primaries and are contained in them. */
interface Rules {
  sequence(): Node;
  expression(precedence?: number): Node;
}

/** What stands between operators: literals, names, calls, brackets, and the accessors behind them. */
export class PrimaryParser {
  /** How many closures are open; their variables exist only inside. */
  private closures = 0;

  constructor(
    private readonly tokens: TokenStream,
    private readonly nodes: NodeFactory,
    private readonly isHidden: (builtin: string) => boolean,
    private readonly rules: Rules,
  ) {}

  parse(): Node {
    const token = this.tokens.current;
    switch (token.kind) {
      case 'number':
        this.tokens.advance();
        return this.literal(token.value ?? 0, token.at);
      case 'string':
        return this.accessors(this.textLiteral());
      case 'closure':
        if (this.closures === 0) fail('# stands for an element and exists only in closures', token.at);
        this.tokens.advance();
        return this.accessors(this.closureVariable(token.text, token.at));
      case 'name':
        return this.named(this.tokens.advance());
      case 'operator':
      case 'end':
        return this.bracketed(token);
    }
  }

  private bracketed(token: Token): Node {
    switch (token.text) {
      case '(': {
        this.tokens.advance();
        const node = this.rules.sequence();
        this.tokens.expect(')');
        return this.accessors(node);
      }
      case '[':
        return this.accessors(this.list());
      case '{':
        return this.accessors(this.map());
      case '::': {
        this.tokens.advance();
        return this.accessors(this.call(this.tokens.expectName(), [], false));
      }
      case '.': // `.name` in a closure is a member of the element
        if (this.closures > 0) return this.accessors(this.closureVariable('', token.at));
        return this.tokens.unexpected();
      default:
        return this.tokens.unexpected();
    }
  }

  private literal(value: LiteralNode['value'], at: number): Node {
    return this.nodes.make<LiteralNode>({ kind: 'literal', at, value });
  }

  /** The text of the current token as a string: a string, the name of a member, a key. */
  private textLiteral(): Node {
    const { text, at } = this.tokens.advance();
    return this.literal(text, at);
  }

  private closureVariable(name: string, at: number): Node {
    return this.nodes.make<ClosureVariableNode>({ kind: 'closure variable', at, name });
  }

  private named(token: Token): Node {
    const { text, at } = token;
    if (text === 'nil') return this.literal(null, at);
    if (text === 'true' || text === 'false') return this.literal(text === 'true', at);
    if (this.tokens.is('(')) return this.accessors(this.call(token, [], true));
    return this.accessors(this.name(token));
  }

  private name({ text, at }: Token): NameNode {
    return this.nodes.make<NameNode>({ kind: 'name', at, name: text });
  }

  /** The call behind a `|`, which nothing may access. */
  pipedCall(piped: Node): Node {
    return this.call(this.tokens.expectName(), [piped], true);
  }

  /** `mayBeHidden` is false for `::name`, which is always the built-in. */
  private call(token: Token, piped: Node[], mayBeHidden: boolean): Node {
    const { text: name, at } = token;
    const hidden = mayBeHidden && this.isHidden(name);
    const predicate = hidden ? undefined : PREDICATES.get(name);
    if (predicate) return this.predicate(token, predicate, piped);
    const isOwn = !hidden && isBuiltin(name);
    const callee = isOwn ? undefined : this.name(token);
    const args = this.arguments(piped);
    if (callee) return this.nodes.make<CallNode>({ kind: 'call', at, callee, args });
    return this.nodes.make<BuiltinNode>({ kind: 'builtin', at, name, args });
  }

  private arguments(piped: Node[]): Node[] {
    this.tokens.expect('(');
    const args = this.items(')');
    return [...piped, ...args];
  }

  /** Expressions up to the closing bracket, with commas between them and perhaps behind. */
  private items(close: string): Node[] {
    const items: Node[] = [];
    while (!this.tokens.accept(close)) {
      if (items.length > 0) {
        this.tokens.expect(',');
        if (this.tokens.accept(close)) break;
      }
      items.push(this.rules.expression());
    }
    return items;
  }

  private predicate({ text: name, at }: Token, syntax: PredicateSyntax, piped: Node[]): Node {
    this.tokens.expect('(');
    const list = piped[0] ?? this.rules.expression();
    let closure: Node | undefined;
    let extra: Node | undefined;
    if (!(syntax.closureOptional && this.tokens.is(')'))) {
      if (piped.length === 0) this.tokens.expect(',');
      if (!(syntax.closureOptional && this.tokens.is(')'))) closure = this.closure();
    }
    if (syntax.extra && this.tokens.accept(',') && !this.tokens.is(')')) extra = this.rules.expression();
    this.tokens.accept(',');
    this.tokens.expect(')');
    return this.nodes.make<PredicateNode>({ kind: 'predicate', at, name, list, closure, extra });
  }

  private closure(): Node {
    const braces = this.tokens.accept('{');
    this.closures++;
    const body = braces ? this.rules.sequence() : this.rules.expression();
    if (!braces && this.tokens.is(';')) fail('a closure of several expressions needs braces', this.tokens.current.at);
    this.closures--;
    if (braces) this.tokens.expect('}');
    return body;
  }

  private list(): Node {
    const { at } = this.tokens.advance();
    return this.nodes.make<ListNode>({ kind: 'list', at, items: this.items(']') });
  }

  private map(): Node {
    const { at } = this.tokens.advance();
    const pairs: { key: Node; value: Node }[] = [];
    while (!this.tokens.accept('}')) {
      if (pairs.length > 0) {
        this.tokens.expect(',');
        if (this.tokens.accept('}')) break;
      }
      const key = this.key();
      this.tokens.expect(':');
      pairs.push({ key, value: this.rules.expression() });
    }
    return this.nodes.make<MapNode>({ kind: 'map', at, pairs });
  }

  private key(): Node {
    switch (this.tokens.current.kind) {
      case 'name':
      case 'string':
      case 'number':
        return this.textLiteral();
      default:
        if (this.tokens.is('(')) return this.rules.expression();
        return this.tokens.unexpected('a key: a name, string, number, or an expression in parentheses');
    }
  }

  /** Everything that may follow a primary: members, calls of them, indexes, slices. */
  accessors(primary: Node): Node {
    let node = primary;
    for (;;) {
      const optional = this.tokens.is('?.');
      if (this.tokens.is('[')) node = this.bracket(node, false);
      else if (optional && this.tokens.peek().kind === 'operator' && this.tokens.peek().text === '[') {
        this.tokens.advance();
        node = this.bracket(node, true);
      } else if (optional || this.tokens.is('.')) node = this.member(node, optional);
      else return node;
    }
  }

  private member(object: Node, optional: boolean): Node {
    this.tokens.advance();
    const { kind, text, at } = this.tokens.current;
    // Words that are operators elsewhere are names here.
    if (kind !== 'name' && !(kind === 'operator' && /^[a-z]/i.test(text))) this.tokens.unexpected('a name');
    const key = this.textLiteral();
    // A dotted member continues the chain before it; an index does not.
    const inChain = object.kind === 'chain';
    const base = inChain ? object.body : object;
    const member = this.nodes.make<MemberNode>({ kind: 'member', at, object: base, key, optional });
    const node = this.tokens.is('(')
      ? this.nodes.make<CallNode>({ kind: 'call', at, callee: member, args: this.arguments([]) })
      : member;
    return inChain || optional ? this.nodes.make<ChainNode>({ kind: 'chain', at, body: node }) : node;
  }

  private bracket(object: Node, optional: boolean): Node {
    const { at } = this.tokens.advance();
    const from = this.tokens.is(':') ? undefined : this.rules.expression();
    if (this.tokens.accept(':')) {
      const to = this.tokens.is(']') ? undefined : this.rules.expression();
      this.tokens.expect(']');
      return this.nodes.make<SliceNode>({ kind: 'slice', at, object, from, to });
    }
    this.tokens.expect(']');
    const member = this.nodes.make<MemberNode>({ kind: 'member', at, object, key: from as Node, optional });
    return optional ? this.nodes.make<ChainNode>({ kind: 'chain', at, body: member }) : member;
  }
}
