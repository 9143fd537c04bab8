import { BUILTINS, isBuiltin } from '../builtins/builtins';
import { Failure, fail } from '../errors/failure';
import { withArticle } from '../errors/words';
import type {
  BinaryNode,
  BinaryOperator,
  BuiltinNode,
  CallNode,
  ComparisonNode,
  ConditionalNode,
  LetNode,
  ListNode,
  LiteralNode,
  MemberNode,
  NameNode,
  Node,
  UnaryNode,
} from '../parser/ast';
import { compilePattern, MAX_LITERAL_COST } from '../regex/pattern';
import { BOOL, isNumeric, LIST, listOf, MAP, NIL, unite, UNKNOWN, type Type } from '../types/type';
import { memberName, typeOfMember, typeOfSlice } from './access';
import { checkArguments } from './arguments';
import { typeOfBinary } from './operators';
import { checkPredicate } from './predicates';
import { Scope } from './scope';
import { typeOfHost } from '../environment/host-type';

/** What the names of the environment are. */
export interface Names {
  /** The type of a name, or undefined if there is none. */
  typeOf(name: string): Type | undefined;
  /** Whether names that are not there are errors. In open mode they are of unknown type. */
  readonly strict: boolean;
}

/** Finds the mistakes that show before the run; fails with the offset of the first. Returns the type of the whole. */
export function check(node: Node, names: Names): Type {
  return new Checker(names).typeOf(node);
}

class Checker {
  private readonly scope = new Scope();
  private patternCost = 0;

  constructor(private readonly names: Names) {}

  /** An arrow function, because the parts of the checker get it as an argument. */
  readonly typeOf = (node: Node): Type => {
    switch (node.kind) {
      case 'literal':
        return typeOfLiteral(node);
      case 'name':
        return this.name(node);
      case 'closure variable':
        return this.scope.closureVariable(node.name) ?? fail(`unknown closure variable #${node.name}`, node.at);
      case 'unary':
        return this.unary(node);
      case 'binary':
        return this.binary(node);
      case 'comparison':
        return this.comparison(node);
      case 'chain':
        return this.typeOf(node.body);
      case 'member':
        return isEnvironment(node.object) ? this.environmentMember(node) : typeOfMember(node, this.typeOf);
      case 'slice':
        return typeOfSlice(node, this.typeOf);
      case 'call':
        return this.call(node);
      case 'builtin':
        return this.builtin(node);
      case 'predicate':
        return checkPredicate(node, this.typeOf, this.scope);
      case 'conditional':
        return this.conditional(node);
      case 'let':
        return this.variable(node);
      case 'sequence':
        return node.items.map(this.typeOf).at(-1) ?? NIL;
      case 'list':
        return this.list(node);
      case 'map':
        for (const { key, value } of node.pairs) {
          this.typeOf(key);
          this.typeOf(value);
        }
        return MAP;
    }
  };

  private name({ name, at }: NameNode): Type {
    const variable = this.scope.variable(name);
    if (variable) return variable;
    if (name === '$env') return UNKNOWN;
    if (isBuiltin(name) && !this.names.typeOf(name)) return fail(`${name} is a function and must be called`, at);
    return this.environmentName(name, at, this.names.strict);
  }

  private environmentName(name: string, at: number, strict: boolean): Type {
    const type = this.names.typeOf(name);
    if (type) return type;
    return strict ? fail(`unknown name ${name}`, at) : UNKNOWN;
  }

  /** `$env.name` is the name itself; what `$env[key]` is shows at run time, as does whether `key` makes sense. */
  private environmentMember(node: MemberNode): Type {
    const name = memberName(node);
    return name === undefined ? UNKNOWN : this.environmentName(name, node.at, this.names.strict && !node.optional);
  }

  private unary({ operator, operand, at }: UnaryNode): Type {
    const type = this.typeOf(operand);
    if (operator === 'not') {
      return type === BOOL || type === UNKNOWN ? BOOL : fail(`not needs a bool, found ${type.kind}`, at);
    }
    return isNumeric(type) || type === UNKNOWN ? type : fail(`${operator} needs a number, found ${type.kind}`, at);
  }

  /** Walks down the left of a long chain of operators in a loop, because it may be longer than the stack. */
  private binary(outermost: BinaryNode): Type {
    const spine = [outermost];
    let { left } = outermost;
    for (; left.kind === 'binary'; { left } = left) spine.push(left);
    let type = this.typeOf(left);
    for (const node of spine.reverse()) {
      if (node.operator === 'matches' && node.right.kind === 'literal' && typeof node.right.value === 'string') {
        this.pattern(node.right.value, node.right.at);
      }
      type = operation(node.operator, type, this.typeOf(node.right), node.at);
    }
    return type;
  }

  private pattern(source: string, at: number): void {
    try {
      this.patternCost += compilePattern(source).cost;
    } catch (error) {
      fail(error instanceof Failure ? error.reason : 'not a regular expression', at);
    }
    if (this.patternCost > MAX_LITERAL_COST) fail('the regular expressions are too large together', at);
  }

  private comparison({ operands, operators }: ComparisonNode): Type {
    const types = operands.map(this.typeOf);
    operators.forEach(({ operator, at }, i) => operation(operator, types[i] ?? UNKNOWN, types[i + 1] ?? UNKNOWN, at));
    return BOOL;
  }

  /** Arguments of something of unknown type are left to the run, as in the original. */
  private call({ callee, args, at }: CallNode): Type {
    const type = this.typeOf(callee);
    if (type === UNKNOWN) return UNKNOWN;
    if (type.callable) return checkArguments(type.callable, args, args.map(this.typeOf), at);
    return fail(
      `${callee.kind === 'name' ? callee.name : (memberName(callee) ?? 'it')} is ${withArticle(type.kind)} and cannot be called`,
      at,
    );
  }

  private builtin(node: BuiltinNode): Type {
    const { name, args, at } = node;
    const builtin = BUILTINS.get(name) ?? fail(`unknown name ${name}`, at);
    const types = args.map(this.typeOf);
    const result = checkArguments(builtin, args, types, at);
    return name === 'get' ? this.get(args, types) : result;
  }

  /** `get` is a member access that never fails, so what it accepts is what a member access does. */
  private get([container, key]: readonly Node[], [type = UNKNOWN, keyType = UNKNOWN]: readonly Type[]): Type {
    if (container && key && isEnvironment(container)) {
      const name = key.kind === 'literal' && typeof key.value === 'string' ? key.value : undefined;
      return (name !== undefined && this.names.typeOf(name)) || UNKNOWN;
    }
    const isOpen = keyType.kind === 'unknown';
    switch (type.kind) {
      case 'unknown':
      case 'general map':
      case 'record':
        return type.item;
      case 'list':
        return isOpen || keyType.kind === 'int'
          ? type.item
          : fail(`get needs an int as index, found ${keyType.kind}`, key?.at);
      case 'map':
      case 'string map':
        return isOpen || keyType.kind === 'string'
          ? type.item
          : fail(`get needs a string as key, found ${keyType.kind}`, key?.at);
      default:
        return fail(`get needs a list or a map, found ${type.kind}`, container?.at);
    }
  }

  private conditional({ test, then, otherwise }: ConditionalNode): Type {
    const condition = this.typeOf(test);
    if (condition !== BOOL && condition !== UNKNOWN)
      fail(`a condition must be a bool, found ${condition.kind}`, test.at);
    return unite(then ? this.typeOf(then) : condition, this.typeOf(otherwise));
  }

  private variable({ name, value, body, at }: LetNode): Type {
    if (isBuiltin(name)) fail(`${name} is a built-in function and cannot be a variable`, at);
    if (name === '$env' || this.scope.variable(name) || this.names.typeOf(name))
      fail(`${name} is there already and cannot be redeclared`, at);
    return this.scope.withVariable(name, this.typeOf(value), () => this.typeOf(body));
  }

  /** Items of one kind make a list of the last one's type, others a list of anything. */
  private list({ items }: ListNode): Type {
    const types = items.map(this.typeOf);
    const last = types.at(-1);
    return last && types.every(({ kind }) => kind === last.kind) ? listOf(last) : LIST;
  }
}

function operation(operator: BinaryOperator, left: Type, right: Type, at: number): Type {
  return typeOfBinary(operator, left, right) ?? fail(`${operator} does not work on ${left.kind} and ${right.kind}`, at);
}

function isEnvironment(node: Node): boolean {
  return node.kind === 'name' && node.name === '$env';
}

function typeOfLiteral({ value }: LiteralNode): Type {
  return typeOfHost(value);
}
