import { Budget, compile, evaluate, ExpressionError, render, validate } from '../index';
import { evaluateCase } from '../index';

/** Why an evaluation failed, or its value. */
function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof ExpressionError) return error.reason;
    throw error;
  }
}

const of = (expression: string, context = {}) => outcome(() => evaluate(expression, context));
const nest = (levels: number, open: string, inner: string, close: string) =>
  open.repeat(levels) + inner + close.repeat(levels);

const DEEP = 'expression is nested too deeply';
const DEEP_DATA = 'data is nested too deeply';
const MEMORY = 'memory budget exceeded';
const STEPS = 'step budget exceeded';

describe('source', () => {
  it.each([
    ['parentheses', nest(300, '(', '1', ')'), 1],
    ['operators and parentheses', nest(300, '1 + (', '1', ')'), 301],
    ['lists', `len(${nest(300, '[', '1', ']')})`, 1],
    ['maps', `len(${nest(300, '{a: ', '1', '}')})`, 1],
    ['closures', `len(${nest(250, 'map([1], ', '1', ')')})`, 1],
    ['prefix operators', `${'-'.repeat(300)}1`, 1],
    ['conditions', `${'f ? 1 : '.repeat(300)}2`, 2],
    ['branches', `${'if f { 1 } else '.repeat(300)}{ 2 }`, 2],
    ['variables', `${Array.from({ length: 300 }, (_, i) => `let v${i} = ${i}; `).join('')}v299`, 299],
    ['powers', Array(300).fill('1').join(' ** '), 1],
    ['optional members', `m.n${'?.a'.repeat(300)}`, null],
    ['pipes', `1${' | abs()'.repeat(300)}`, 1],
  ])('takes 300 levels of %s', (_, expression, value) => {
    const result = of(expression, { f: false, n: null, m: { n: null } });

    expect(result instanceof Object ? (result as { value: unknown }).value : result).toBe(value);
  });

  it.each([
    ['parentheses', nest(90_000, '(', '1', ')'), DEEP],
    ['brackets', nest(90_000, '[', '', ']'), DEEP],
    ['braces', nest(40_000, '{a:', '1', '}'), DEEP],
    ['calls', nest(30_000, 'abs(', '1', ')'), DEEP],
    ['closures', nest(15_000, 'map(x,{', '1', '})'), DEEP],
    ['prefix operators', `${'-'.repeat(100_000)}1`, DEEP],
    ['words', `${'not '.repeat(40_000)}true`, DEEP],
    ['conditions', `${'a?1:'.repeat(40_000)}2`, DEEP],
    ['short conditions', `${'a?:'.repeat(40_000)}2`, DEEP],
    ['branches', `${'if a {1} else '.repeat(10_000)}{2}`, DEEP],
    ['variables', `${'let a=1;'.repeat(20_000)}2`, DEEP],
    ['powers', Array(60_000).fill('1').join('**'), DEEP],
    ['members', `a${'.a'.repeat(60_000)}`, DEEP],
    ['indexes', `a${'[0]'.repeat(50_000)}`, DEEP],
    ['pipes', `a${'|f()'.repeat(40_000)}`, DEEP],
    ['open brackets', '('.repeat(150_000), DEEP],
    ['operators', Array(60_000).fill('1').join('+'), 'expression has more than 10000 parts'],
    ['items', `[${'1,'.repeat(60_000)}]`, 'expression has more than 10000 parts'],
    ['characters', '1'.repeat(300_000), 'expression is longer than 200000 characters'],
    ['digits', '1'.repeat(190_000), 'number is out of the range of an int'],
    ['comments', '/* '.repeat(60_000), 'comment is not closed'],
  ])('refuses endless %s', (_, expression, reason) => {
    expect(validate(expression)?.reason).toBe(reason);
  });

  it('takes chains of operators of any length', () => {
    expect(of(Array(5000).fill('x').join(' + '), { x: 1 })).toBe(5000);
    expect(of(Array(5000).fill('t').join(' and '), { t: true })).toBe(true);
    expect(of(Array(5000).fill('n').join(' ?? '), { n: null })).toBe(null);
    expect(of(Array(5000).fill('1').join(' <= '))).toBe(true);
    expect(of(`(${Array(2000).fill('x').join(' + ')}) * (${Array(2000).fill('x').join(' - ')})`, { x: 1 })).toBe(
      -3_996_000,
    );
  });

  it('counts 10,000 nodes', () => {
    expect(of(Array(5000).fill('1').join('+'))).toBe(5000);
    expect(of(Array(5001).fill('1').join('+'))).toBe('expression has more than 10000 parts');
  });

  it('looks once at what is written once', () => {
    expect(of(nest(200, '(', 't', ' ?: f)'), { t: false, f: false })).toBe(false);
    expect(of(nest(100, '1 < (', 'true', ' ? 2 : 2) < 3'))).toBe(true);
  });
});

describe('memory', () => {
  it('is reached by the millionth unit', () => {
    expect(of('len(1..999999)')).toBe(999_999);
    expect(of('len(1..1000000)')).toBe(MEMORY);
  });

  it.each([
    '-999999..999999',
    '1..9223372036854775807',
    'map(1..999999, 1..999999)',
    'map(1..100, {map(1..100, {map(1..100, {0})})})',
    'reduce(1..40, #acc + #acc, "x")',
    'reduce(1..999999, concat(#acc, [#]), [])',
    'map(1..999999, repeat("a", #))',
    'replace(repeat("a", 900000), "a", "bbbb")',
    'replace(repeat("a", 400000), "", "b")',
    'join(map(1..9999, repeat("a", 99)), repeat(",", 99))',
    'toJSON(reduce(1..40, [#acc, #acc], 1))',
    'string(reduce(1..40, [#acc, #acc], 1))',
    'flatten(reduce(1..40, [#acc, #acc], 1))',
    'map(1..1000, upper(repeat("a", 1000)))',
    'map(1..1000, toBase64(repeat("a", 1000)))',
    'map(1..9, split(repeat("a", 200000), ""))',
    'map(1..9, fromJSON("[" + repeat("1,", 200000) + "1]"))',
    'let s = repeat("é", 90000); map(1..1000, s[1:])',
    'sort(map(1..400000, -#))',
    'map(1..300000, {{a: #, b: #, c: #}})',
    'map(1..300000, [#, #, #])',
    'let l = 1..400000; toPairs(groupBy(l, #))',
  ])('is counted in %s', (expression) => {
    expect(of(expression)).toBe(MEMORY);
  });

  it('is counted when a value is rendered, but not for a text that was there already', () => {
    const text = 'x'.repeat(2_000_000);

    expect(outcome(() => render('{{ reduce(1..40, [#acc, #acc], 1) }}', {}))).toBe(MEMORY);
    expect(render('{{ text }}', { text })).toBe(text);
    expect(outcome(() => render('{{ text }}'.repeat(3), { text }))).toBe('rendered text is too long');
  });
});

describe('steps', () => {
  it.each([
    'count(1..900, count(1..900, any(1..900, false)) == 0)',
    'let l = 1..4000; count(l, let a = #; count(l, # > a) > 0)',
    'let l = 1..900000; count(1..900, -1 in l)',
    'let a = reduce(1..40, [#acc, #acc], 1); let b = reduce(1..40, [#acc, #acc], 1); a == b',
    'let a = reduce(1..40, {{a: [#acc, #acc]}}, {}); let b = reduce(1..40, {{a: [#acc, #acc]}}, {}); a == b',
    'max(reduce(1..40, [#acc, #acc], 1))',
    'uniq(map(1..100000, [#]))',
    'count(1..90000, long contains "b")',
    'count(1..90000, long startsWith same)',
    'count(1..90000, long matches "b$")',
    'count(1..90000, indexOf(long, "b") == 0)',
    'count(1..90000, hasPrefix(long, same))',
    'count(1..90000, long < other)',
    'count(1..90000, long == other)',
    'count(1..90000, len(wide) == 3)',
    'count(1..90000, wide[#:] == "b")',
    'count(1..90000, bytes[0][#] == 3)',
    'count(1..90000, trim(blank) == "b")',
    'count(1..90000, trim(long, "b") == "b")',
    'count(1..90000, upper(wide) == "b")',
    'map(1..100000, "a" matches ("[a-z]{1,100}" + string(#)))',
    'map(1..1000, "a" matches ("(?i)" + repeat("\\\\pL", 1000) + string(#)))',
    'map(1..90000, sort(1..100))',
    'let z = timezone("Europe/Zurich"); count(1..999, let n = #; count(1..900, now().In(z).AddDate(0, 0, n).Hour() == 24) > 0)',
    'count(1..90000, date("Mon, 02 Jan 2006 15:04:05 MST") == nil)',
    'count(1..90000, now().Format(long) == "")',
  ])('run out in %s', (expression) => {
    const wide = 'é'.repeat(900_000);
    const long = 'a'.repeat(900_000);
    const texts = {
      long,
      same: 'a'.repeat(900_000),
      other: `${'a'.repeat(899_999)}b`,
      blank: `${' '.repeat(900_000)}x`,
    };

    // A tenth of the default, for the sake of the time that this takes.
    const limits = { steps: 1_000_000 };
    const run = () => evaluate(expression, { ...texts, wide, bytes: [wide] }, { limits });

    expect([STEPS, MEMORY]).toContain(outcome(run));
  });

  it('are shared by the expressions of a template', () => {
    expect(outcome(() => render('{{ count(1..900000, true) }}'.repeat(100), {}))).toBe(STEPS);
  });

  it('can be limited further', () => {
    expect(outcome(() => evaluate('count(1..100, true)', {}, { limits: { steps: 50 } }))).toBe(STEPS);
    expect(outcome(() => evaluate('1..100', {}, { limits: { memory: 50 } }))).toBe(MEMORY);
    expect(outcome(() => render('{{ "aaaaaa" }}', {}, { limits: { output: 5 } }))).toBe('rendered text is too long');
  });
});

describe('data', () => {
  it.each([
    'string(reduce(1..9000, [#acc], 1))',
    'toJSON(reduce(1..9000, [#acc], 1))',
    'max(reduce(1..9000, [#acc], 1))',
    'fromJSON(repeat("[", 100000) + repeat("]", 100000))',
    'let a = reduce(1..9000, [#acc], 1); a == reduce(1..9000, [#acc], 1)',
    'let a = reduce(1..9000, {{a: #acc}}, 1); a == reduce(1..9000, {{a: #acc}}, 1)',
    'flatten(reduce(1..20000, [#acc], 1))',
  ])('may not be as deep as in %s', (expression) => {
    expect(of(expression)).toBe(DEEP_DATA);
  });

  it('may be a few hundred levels deep everywhere, and ten thousand in flatten', () => {
    expect(of('len(string(reduce(1..500, [#acc], 1)))')).toBe(1001);
    expect(of('len(fromJSON(repeat("[", 500) + repeat("]", 500)))')).toBe(1);
    expect(of('let a = reduce(1..500, [#acc], 1); a == reduce(1..500, [#acc], 1)')).toBe(true);
    expect(of('flatten(reduce(1..9000, [#acc], 1))')).toEqual([1]);
  });

  it('that is too deep to show is an error of its case', () => {
    expect(evaluateCase({ expr: 'reduce(1..9000, [#acc], 1)' })).toMatchObject({ phase: 'run' });
  });

  it('of the context may be deeper than anything that walks it', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = { deep };

    expect(of('deep.deep.deep != nil', { deep })).toBe(true);
    expect(of('string(deep)', { deep })).toBe(DEEP_DATA);
  });
});

describe('regular expressions', () => {
  it.each([
    ['(a*)*(b|c|(a|aa)+)*$', `${'a'.repeat(50_000)}!`, true],
    ['(x+x+)+y', 'x'.repeat(100_000), false],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(100_000), false],
  ])('%s takes time linear in the text', (pattern, text, value) => {
    expect(of('text matches pattern', { text, pattern })).toBe(value);
  });

  it.each([
    ['((a{100}){100}){100}', 'regular expression is too large'],
    ['x{1000}'.repeat(500), 'regular expression is too large'],
    [`(${'a'.repeat(6000)})`, 'regular expression is too large'],
    ['('.repeat(2000) + ')'.repeat(2000), 'not a regular expression: expression nests too deeply'],
  ])('may not be out of proportion', (pattern, reason) => {
    expect(validate(`"a" matches ${JSON.stringify(pattern)}`)?.reason).toBe(reason);
    expect(of('"a" matches pattern', { pattern })).toBe(reason);
  });

  it('may not be so together', () => {
    const patterns = Array.from({ length: 400 }, (_, i) => `"a" matches "[a-z]{900}${i}"`);

    expect(validate(patterns.join(' or '))?.reason).toBe('the regular expressions are too large together');
  });
});

it('errors near the end of the stack are clean too', () => {
  const program = compile('string(map(1..3, [[[#]]]))');
  const dive = (): unknown => {
    try {
      return dive();
    } catch {
      return outcome(() => program.evaluate({}));
    }
  };

  expect(['[[[[1]]] [[[2]]] [[[3]]]]', DEEP]).toContain(dive());
});

describe('a budget', () => {
  const spend = (budget: Budget) => outcome(() => evaluate('len(map(1..1000, #))', {}, { budget }));

  it('is shared by evaluations, and counts memory as well as steps', () => {
    const budget = new Budget(5_000);

    const values = Array.from({ length: 10 }, () => spend(budget));

    expect(values[0]).not.toBe(STEPS);
    expect(values.at(-1)).toBe(STEPS);
    expect(outcome(() => evaluate('1', {}, { budget }))).toBe(STEPS);
    expect(outcome(() => render('{{ 1 }}', {}, { budget }))).toBe(STEPS);
  });

  it('can be refilled', () => {
    const budget = new Budget(5_000);
    for (let i = 0; i < 10; i++) spend(budget);

    budget.refill();

    expect(spend(budget)).toEqual(spend(new Budget(5_000)));
  });
});

it('a template with thousands of expressions ends in time, each of which is within its memory', () => {
  const template = '{{ len(map(1..400000, 1)) }}'.repeat(1_000);

  expect(outcome(() => render(template, {}))).toBe(STEPS);
});
