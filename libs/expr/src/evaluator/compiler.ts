import { BUILTINS } from '../builtins/builtins';
import { memberName } from '../checker/access';
import { fail } from '../errors/failure';
import type {
  BinaryNode,
  CallNode,
  ComparisonNode,
  ConditionalNode,
  MapNode,
  MemberNode,
  NameNode,
  Node,
  PredicateNode,
  UnaryNode,
} from '../parser/ast';
import { compilePattern } from '../regex/pattern';
import { describe } from '../values/kinds';
import { isNumber, negate } from '../values/numbers';
import { isNil } from '../values/kinds';
import type { Value } from '../values/value';
import { compileFixedIndex, compileIndex, compileMember, compileSlice } from './access';
import { compileCall, compileKnownCall, compileMethodCall } from './calls';
import { Folder } from './fold';
import { compileInRange, compileMatch, compileOperation, condition } from './operations';
import { ordering } from './arithmetic';
import { compilePredicate, isWay } from './predicates';
import { shortcutOfCall, shortcutOfComparison, shortcutOfIndex, type Shortcut } from './shortcuts';
import { Slots } from './slots';
import { SKIPPED, type Thunk } from './thunk';

/** Compiles a checked syntax tree to a tree of functions. Fails for what shows only when literals are computed. */
export function compile(node: Node): Thunk {
  return new Compiler().compile(node);
}

/** Chains of operators up to this length may nest in one another; longer ones run in a loop. */
const NESTED_OPERATORS = 40;

class Compiler {
  private readonly folder = new Folder();
  private readonly slots = new Slots();

  /** An arrow function, because it is passed to `map`. */
  readonly compile = (node: Node): Thunk => {
    const constant = this.folder.constant(node);
    if (constant !== undefined) return () => constant;
    switch (node.kind) {
      case 'literal':
        return () => node.value;
      case 'name':
        return this.name(node);
      case 'closure variable': {
        const slot = this.slots.closureVariable(node.name, node.at);
        return (run) => run.slots[slot] as Value;
      }
      case 'unary':
        return this.unary(node);
      case 'binary':
        return this.binary(node);
      case 'comparison':
        return this.comparison(node);
      case 'chain':
        return endOfChain(this.compile(node.body));
      case 'member':
        return this.member(node);
      case 'slice':
        return compileSlice(
          this.compile(node.object),
          node.from && this.compile(node.from),
          node.to && this.compile(node.to),
          node.at,
        );
      case 'call':
        return this.call(node);
      case 'builtin': {
        const shortcut = shortcutOfCall(node);
        if (shortcut) return this.predicate(shortcut.predicate, shortcut);
        const builtin = BUILTINS.get(node.name) ?? fail(`unknown name ${node.name}`, node.at);
        return compileKnownCall(builtin, node.args.map(this.compile), node.at);
      }
      case 'predicate':
        return this.predicate(node);
      case 'conditional':
        return this.conditional(node);
      case 'let': {
        const value = this.compile(node.value);
        return this.slots.withVariable(node.name, (slot) => {
          const body = this.compile(node.body);
          return (run) => {
            run.slots[slot] = value(run);
            return body(run);
          };
        });
      }
      case 'sequence':
        return sequence(node.items.map(this.compile));
      case 'list': {
        const items = node.items.map(this.compile);
        return (run) => {
          run.at = node.at;
          run.grow(items.length);
          return items.map((item) => item(run));
        };
      }
      case 'map':
        return this.map(node);
    }
  };

  private name({ name }: NameNode): Thunk {
    const slot = this.slots.variable(name);
    if (slot !== undefined) return (run) => run.slots[slot] as Value;
    if (name === '$env') return (run) => run.environment.asMap();
    return (run) => run.environment.valueOf(name);
  }

  private unary({ operator, operand, at }: UnaryNode): Thunk {
    const value = this.compile(operand);
    if (operator === 'not') return (run) => !condition(value(run), 'not', at);
    return (run) => {
      const n = value(run);
      if (!isNumber(n)) return fail(`${operator} needs a number, found ${describe(n)}`, at);
      return operator === '-' ? negate(n) : n;
    };
  }

  private binary(outermost: BinaryNode): Thunk {
    const spine = [outermost];
    let { left } = outermost;
    for (; left.kind === 'binary' && this.folder.constant(left) === undefined; { left } = left) spine.push(left);
    spine.reverse();
    const [innermost = outermost] = spine;
    const shortcut = shortcutOfComparison(innermost, this.folder.constant(innermost.right));
    const first = shortcut ? this.predicate(shortcut.predicate, shortcut) : this.compile(left);
    if (spine.length <= NESTED_OPERATORS) {
      return spine.reduce((value, node) => this.operation(node, value), first);
    }
    // Each link takes the value so far from the run before it evaluates its right side, which may replace it.
    const links = spine.map((node) => this.operation(node, (run) => run.carried));
    return (run) => {
      run.carried = first(run);
      for (const link of links) run.carried = link(run);
      return run.carried;
    };
  }

  private operation({ operator, left, right, at }: BinaryNode, value: Thunk): Thunk {
    if (operator === 'and' || operator === 'or') {
      // `true and x` and `false or x` are x, on either side, without a look at what x is.
      const neutral = operator === 'and';
      if (this.folder.constant(left) === neutral) return this.compile(right);
      if (this.folder.constant(right) === neutral) return value;
    }
    if (operator === 'matches' && right.kind === 'literal' && typeof right.value === 'string') {
      return compileMatch(value, compilePattern(right.value), at);
    }
    if (operator === 'in' && right.kind === 'binary' && right.operator === '..') {
      return compileInRange(value, this.compile(right.left), this.compile(right.right), right.at);
    }
    return compileOperation(operator, value, this.compile(right), at);
  }

  private comparison({ operands, operators }: ComparisonNode): Thunk {
    const [first, ...rest] = operands.map(this.compile);
    return (run) => {
      let left = first?.(run) ?? null;
      for (const [i, operand] of rest.entries()) {
        const right = operand(run);
        const link = operators[i];
        if (link && !ordering(link.operator, run, left, right, link.at)) return false;
        left = right;
      }
      return true;
    };
  }

  private member(node: MemberNode): Thunk {
    const name = memberName(node);
    if (name !== undefined) return compileMember(this.compile(node.object), name, node.optional, node.at);
    const fixed = this.folder.constant(node.key);
    const shortcut = shortcutOfIndex(node, fixed);
    if (shortcut) return this.predicate(shortcut.predicate, shortcut);
    const object = this.compile(node.object);
    if (typeof fixed === 'number') return compileFixedIndex(object, fixed, node.optional, node.at);
    return compileIndex(object, this.compile(node.key), node.optional, node.at);
  }

  private call({ callee, args, at }: CallNode): Thunk {
    const compiled = args.map(this.compile);
    if (callee.kind === 'name') return compileCall(this.compile(callee), callee.name, compiled, at);
    const object = this.compile(callee.object);
    return compileMethodCall(object, memberName(callee) ?? '', callee.optional, compiled, at);
  }

  private predicate({ name, list, closure, extra, at }: PredicateNode, shortcut?: Shortcut): Thunk {
    const enough = shortcut?.enough;
    return compilePredicate({
      name,
      at,
      way: shortcut?.way ?? (isWay(name) ? name : fail(`unknown name ${name}`, at)),
      list: this.compile(list),
      extra: extra ? this.compile(extra) : enough === undefined ? undefined : () => enough,
      closure:
        closure &&
        this.slots.withClosure((slots) => ({
          slots,
          body: this.compile(closure),
          cost: 1 + (closure.size >> 4),
        })),
    });
  }

  private conditional({ test, then, otherwise }: ConditionalNode): Thunk {
    const decide = this.compile(test);
    const yes = then && this.compile(then);
    const no = this.compile(otherwise);
    return (run) => {
      if (!condition(decide(run), 'a condition', test.at)) return no(run);
      return yes ? yes(run) : true;
    };
  }

  /** Of keys that occur twice, the first one counts. */
  private map({ pairs, at }: MapNode): Thunk {
    const compiled = pairs.map(({ key, value }) => ({
      key: this.compile(key),
      value: this.compile(value),
      at: key.at,
    }));
    return (run) => {
      run.at = at;
      run.grow(compiled.length);
      const map = new Map<string, Value>();
      for (const pair of compiled) {
        const key = pair.key(run);
        const value = pair.value(run);
        if (typeof key !== 'string') return fail(`the key of a map must be a string, found ${describe(key)}`, pair.at);
        if (!map.has(key)) map.set(key, value);
      }
      return map;
    };
  }
}

function endOfChain(body: Thunk): Thunk {
  return (run) => {
    const value = body(run);
    return value === SKIPPED || isNil(value) ? null : value;
  };
}

function sequence(items: readonly Thunk[]): Thunk {
  return (run) => {
    let value: Value = null;
    for (const item of items) value = item(run);
    return value;
  };
}
