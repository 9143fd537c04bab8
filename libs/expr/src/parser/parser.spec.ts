import { compile, ExpressionError } from '../index';
import type { Node } from './ast';
import { parse } from './parser';

/** A tree as text: prefix notation, with what the parser resolves spelled out. */
function show(node: Node): string {
  switch (node.kind) {
    case 'literal':
      return typeof node.value === 'string'
        ? JSON.stringify(node.value)
        : node.value === null
          ? 'nil'
          : String(Object(node.value).value ?? node.value);
    case 'name':
      return node.name;
    case 'closure variable':
      return `#${node.name}`;
    case 'unary':
      return `(${node.operator} ${show(node.operand)})`;
    case 'binary':
      return `(${node.operator} ${show(node.left)} ${show(node.right)})`;
    case 'comparison':
      return `(chain ${node.operands.map(show).join(' ')})`;
    case 'chain':
      return `<${show(node.body)}>`;
    case 'member':
      return `${show(node.object)}${node.optional ? '?' : ''}[${show(node.key)}]`;
    case 'slice':
      return `${show(node.object)}[${node.from ? show(node.from) : ''}:${node.to ? show(node.to) : ''}]`;
    case 'call':
      return `${show(node.callee)}(${node.args.map(show).join(' ')})`;
    case 'builtin':
      return `${node.name}(${node.args.map(show).join(' ')})`;
    case 'predicate':
      return `${node.name}(${[node.list, node.closure, node.extra]
        .filter((part) => part !== undefined)
        .map(show)
        .join(' ')})`;
    case 'conditional':
      return `(if ${show(node.test)} ${node.then ? show(node.then) : 'it'} ${show(node.otherwise)})`;
    case 'let':
      return `(let ${node.name} ${show(node.value)} ${show(node.body)})`;
    case 'sequence':
      return `(seq ${node.items.map(show).join(' ')})`;
    case 'list':
      return `[${node.items.map(show).join(' ')}]`;
    case 'map':
      return `{${node.pairs.map(({ key, value }) => `${show(key)}:${show(value)}`).join(' ')}}`;
  }
}

it.each([
  ['1 + 2 * 3', '(+ 1 (* 2 3))'],
  ['-2 ^ 2', '(- (** 2 2))'],
  ['2 ** 3 ** 2', '(** 2 (** 3 2))'],
  ['2 ** -1', '(** 2 (- 1))'],
  ['not a == b', '(== (not a) b)'],
  ['!x in y', '(in (not x) y)'],
  ['not a * b', '(not (* a b))'],
  ['1..2 + 1', '(.. 1 (+ 2 1))'],
  ['0 in -1..1', '(in 0 (.. (- 1) 1))'],
  ['a or b and c', '(or a (and b c))'],
  ['a && b || c', '(or (and a b) c)'],
  ['a not in b', '(not (in a b))'],
  ['1 + 2 not in c', '(not (in (+ 1 2) c))'],
  ['a < b <= c', '(chain a b c)'],
  ['1 < 2 < 3 == true', '(== (chain 1 2 3) true)'],
  ['a < b', '(< a b)'],
  ['1 + a ?? b + 2', '(+ (+ 1 (?? a b)) 2)'],
  ['a || b ?? c', '(or a (?? b c))'],
  ['a ?? b ?? c', '(?? (?? a b) c)'],
  ['a ?? b ? x : y', '(if (?? a b) x y)'],
  ['-a ?? b + 1', '(+ (- (?? a b)) 1)'],
  ['a + b | f()', 'f((+ a b))'],
  ['x | f() == 1', '(== f(x) 1)'],
  ['a ?? b | f(c)', 'f((?? a b) c)'],
  ['x | map(# * 2) | sum()', 'sum(map(x (* # 2)))'],
  ['a ? b : c ? d : e', '(if a b (if c d e))'],
  ['a ?: b', '(if a it b)'],
  ['a?[b]:[c]', '(if a [b] [c])'],
  ['if a {1} else if b {2} else {3}', '(if a 1 (if b 2 3))'],
  ['let x = 1; x; 2', '(let x 1 (seq x 2))'],
  ['1; (2; 3);', '(seq 1 (seq 2 3))'],
  ['a.b?.c.d', '<a["b"]?["c"]["d"]>'],
  ['a?.b[0]', '<a?["b"]>[0]'],
  ['a?.b?.[0].c', '<<a?["b"]>?[0]["c"]>'],
  ['(a?.b).c', '<a?["b"]["c"]>'],
  ['-1[0]', '(- 1)[0]'],
  ['a[1:2][:3][4:][:]', 'a[1:2][:3][4:][:]'],
  ['a.not.in.true', 'a["not"]["in"]["true"]'],
  ['filter(x, .a > 1)', 'filter(x (> #["a"] 1))'],
  ['map(x, {1; #index})', 'map(x (seq 1 #index))'],
  ['map(x, let y = #; y)', 'map(x (let y # y))'],
  ['map(x, {{a: #}})', 'map(x {"a":#})'],
  ['count(x)', 'count(x)'],
  ['all(x, #,)', 'all(x #)'],
  ['sortBy(x, #, "desc")', 'sortBy(x # "desc")'],
  ['::len(a)', 'len(a)'],
  ['f(1, 2,)', 'f(1 2)'],
  ['a.f(1).b', 'a["f"](1)["b"]'],
  ['{a: 1, "b": 2, 3_0: 4, (c): 5,}', '{"a":1 "b":2 "3_0":4 c:5}'],
  ['[1, 2.50, .5, 1., 0x1F, 0b101, 0o17, 1_000, 02, 1e3]', '[1 2.5 0.5 1 31 5 15 1000 2 1000]'],
  ["'it\\'s' + \"\\x41\\u00e9\\u{1F600}\\101\\ud800\"", '(+ "it\'s" "Aé😀A\ufffd")'],
  ['`a``b\\n`', '"a`b\\\\n"'],
  ['1 /* x */ + // y\n 2', '(+ 1 2)'],
  ['\u00a0früh\u0085+ $i', '(+ früh $i)'],
])('%s', (source, tree) => {
  expect(show(parse(source))).toBe(tree);
});

it('a name of the environment hides a built-in, and :: finds it again', () => {
  const hidden = (name: string) => name === 'map';

  expect(show(parse('map(a, 1)', hidden))).toBe('map(a 1)');
  expect(() => parse('map(a, #)', hidden)).toThrow();
  expect(show(parse('::map(a, #)', hidden))).toBe('map(a #)');
});

it.each([
  ['', 'unexpected end of expression', 1],
  ['1 +', 'unexpected end of expression', 4],
  ['a b', 'unexpected "b"', 3],
  ['a ?? b || c', '?? and || cannot be mixed; put parentheses around one of them', 8],
  ['a ?? b not in c', '?? and in cannot be mixed; put parentheses around one of them', 12],
  ['1 + if c {1} else {2}', 'unexpected "if"', 5],
  ['if a {1} else {2} + 3', 'unexpected "+"', 19],
  ['if a {1}', 'expected "else", found end of expression', 9],
  ['x | f()[0]', 'unexpected "["', 8],
  ['x | 5', 'expected a name, found "5"', 5],
  ['f()()', 'unexpected "("', 4],
  ['1[0]', 'unexpected "["', 2],
  ['nil.a', 'unexpected "."', 4],
  ['true.a', 'unexpected "."', 5],
  ['(1; 2;)', 'unexpected ")"', 7],
  ['#', '# stands for an element and exists only in closures', 1],
  ['.a', 'unexpected "."', 1],
  ['map(x, 1; 2)', 'a closure of several expressions needs braces', 9],
  ['[,]', 'unexpected ","', 2],
  ['{a: 1,,}', 'expected a key: a name, string, number, or an expression in parentheses, found ","', 7],
  ['{and: 1}', 'expected a key: a name, string, number, or an expression in parentheses, found "and"', 2],
  ['a.1', 'unexpected ".1"', 2],
  ['a.', 'expected a name, found end of expression', 3],
  ['let x 1; x', 'expected "=", found "1"', 7],
  ['let in = 1; 2', 'expected a name, found "in"', 5],
  ['1 not 2', 'unexpected "not"', 3],
  ['a & b', 'unexpected character "&"', 3],
  ['a = b', 'unexpected "="', 3],
  ['a @', 'unexpected character "@"', 3],
  ['a ♥', 'unexpected character "♥"', 3],
  ['"abc', 'string is not closed', 1],
  ['"a\nb"', 'string is not closed', 1],
  ["'\\\"'", 'string has an unknown escape', 2],
  ['"\\400"', 'string has an unknown escape', 2],
  ['"\\U00110000"', 'string has an escape beyond the last code point', 2],
  ['`abc', 'string is not closed', 1],
  ['/* abc', 'comment is not closed', 1],
  ['9223372036854775808', 'number is out of the range of an int', 1],
  ['1e999', 'number is out of the range of a float', 1],
  ['0x', 'bad number: no digits after its prefix', 1],
  ['0x1.5', 'bad number: a fraction needs decimal digits', 4],
  ['0b15', 'bad number: unexpected character after it', 4],
  ['1x', 'bad number: unexpected character after it', 2],
  ['1e', 'bad number: no digits in its exponent', 1],
])('%j: %s', (source, reason, column) => {
  const error = (() => {
    try {
      compile(source);
    } catch (thrown) {
      return thrown;
    }
    return undefined;
  })();

  expect(error).toBeInstanceOf(ExpressionError);
  expect(error).toMatchObject({ phase: 'compile', reason, line: 1, column });
});

it('places errors by line and column, and draws a caret', () => {
  const error = (() => {
    try {
      compile('let a = 1;\n\tlet b = a ++ nul;\na', { nul: null });
    } catch (thrown) {
      return thrown as ExpressionError;
    }
    return undefined;
  })();

  expect(error).toMatchObject({ line: 2, column: 13, caret: '\tlet b = a ++ nul;\n\t           ^' });
  expect(error?.message).toContain('(line 2, column 13)');
});
