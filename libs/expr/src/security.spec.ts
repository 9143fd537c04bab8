import { compile, ContextError, defineFunction, evaluate, ExpressionError, render, stringMap } from './index';

function outcome(expression: string, context: Record<string, unknown> = {}): unknown {
  try {
    return evaluate(expression, context);
  } catch (error) {
    if (error instanceof ExpressionError) return `${error.phase}: ${error.reason}`;
    throw error;
  }
}

describe('maps hold their own data alone', () => {
  const maps = { map: {}, strings: stringMap({}), literal: { a: 1 } };

  it.each([
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '__defineGetter__',
    'length',
    'size',
    'get',
    'keys',
  ])('%s is a key like any other', (key) => {
    expect(outcome(`map.${key}`, maps)).toBe(null);
    expect(outcome(`map["${key}"]`, maps)).toBe(null);
    expect(outcome(`get(map, "${key}")`, maps)).toBe(null);
    expect(outcome(`"${key}" in map`, maps)).toBe(false);
    expect(outcome(`strings.${key}`, maps)).toBe('');
    expect(outcome(`get(strings, "${key}")`, maps)).toBe(null);
    expect(outcome(`"${key}" in strings`, maps)).toBe(false);
    expect(outcome(`{}.${key}`)).toBe(null);
    expect(outcome(`fromJSON("{}").${key}`)).toBe(null);
    expect(outcome(`fromPairs([]).${key}`)).toBe(null);
    expect(outcome(`groupBy([], #).${key} == nil`)).toBe(true);
    expect(outcome(`$env.${key}`, maps)).toBe(`compile: unknown name ${key}`);
    expect(outcome(`$env["" + "${key}"]`, maps)).toBe(null);
    expect(outcome(`"${key}" in $env`, maps)).toBe(false);
    expect(outcome(key, maps)).toMatch(/^compile: /);
    expect(outcome(`{${key}: 1}.${key}`)).toBe(1);
    expect(outcome(`fromJSON('{"${key}": 1}').${key} == 1`)).toBe(true);
    expect(outcome(`fromPairs([["${key}", 1]]).${key}`)).toBe(1);
  });

  it('a __proto__ of the context is data', () => {
    const context = JSON.parse('{"m": {"__proto__": {"x": 1}}, "__proto__": 5}') as Record<string, unknown>;

    expect(outcome('m.x', context)).toBe(null);
    expect(outcome('m.__proto__.x', context)).toBe(1);
    expect(outcome('__proto__', context)).toBe(5);
    expect(outcome('keys(m)', context)).toEqual(['__proto__']);
  });

  it('inherited names of the context are none', () => {
    const context = Object.create({ inherited: 1 }) as Record<string, unknown>;

    expect(outcome('inherited', context)).toBe('compile: unknown name inherited');
    expect(outcome('toString', {})).toBe('compile: unknown name toString');
  });
});

describe('nothing of the host is reachable', () => {
  const context = {
    list: [1, 2],
    text: 'abc',
    n: 1,
    any: {
      list: [1],
      text: 'abc',
      n: 1,
      when: new Date(0),
      f: defineFunction({ name: 'f', params: [], call: () => 1 }),
    },
    f: defineFunction({ name: 'f', params: [], call: () => 1 }),
  };

  it.each([
    'list.constructor',
    'list["constructor"]',
    'list.length',
    'list.map(1)',
    'text.constructor',
    'text.length',
    'text["length"]',
    'n.constructor',
    'n.toFixed(1)',
    'f.constructor',
    'f.call(1)',
    'f.callable',
    'any.list.constructor',
    'any.list["length"]',
    'any.list.push(1)',
    'any.text.length',
    'any.text["constructor"]',
    'any.text.replace("a", "b")',
    'any.n.constructor',
    'any.n["toString"]()',
    'any.f.call()',
    'any.f.bind(1)',
    'any.when.constructor',
    'any.when.getTime()',
    'any.when.seconds',
    'any.when.toString()',
    'any.when.Location().at(0)',
    'any.when.Weekday().value',
    'constructor.constructor("return process")()',
    'any["constructor"]["constructor"]("return process")()',
    '(1).constructor',
    '"a".constructor',
    '[].constructor',
    'globalThis',
    'process',
    'require("fs")',
    'this',
    'arguments',
    'eval("1")',
    'map([1], #.constructor)',
    'reduce([1, 2], #acc.constructor)',
    'filter([1], constructor)',
    'now().constructor',
    'duration("1s").ns',
    'timezone("UTC").name',
    'type(f).constructor',
  ])('%s fails', (expression) => {
    expect(outcome(expression, context)).toMatch(/^(compile|run): (?!internal)/);
  });

  it('functions are called by their names, and only those that were registered', () => {
    expect(outcome('f()', context)).toBe(1);
    expect(outcome('any.f()', context)).toBe(1);
    expect(outcome('let g = f; g()', context)).toBe(1);
    expect(() => evaluate('any.g', { any: { g: () => 1 } })).toThrow(ContextError);
  });
});

describe('the context', () => {
  it('is not changed', () => {
    const items = Object.freeze([3, 1, Object.freeze({ a: 1 })]);
    const context = Object.freeze({ items, m: Object.freeze({ b: 1 }) });

    for (const expression of [
      'sort(items[:2])',
      'reverse(items)',
      'concat(items, items)',
      'values(m)',
      'uniq(items)',
      'groupBy(items, 1)',
    ]) {
      expect(outcome(expression, context)).not.toBeUndefined();
    }
    expect(items).toEqual([3, 1, { a: 1 }]);
  });

  it('reads what getters give, and no symbols', () => {
    const context = {
      m: {
        get a() {
          return 5;
        },
        [Symbol('s')]: 1,
      },
    };

    expect(outcome('m.a', context)).toBe(5);
    expect(outcome('len(m)', context)).toBe(1);
  });

  it.each([
    [
      'a function',
      () => 1,
      'context value v.part[1] is a function, which needs defineFunction() if it is to be called',
    ],
    [
      'a symbol',
      Symbol('s'),
      'context value v.part[1] is a symbol, which needs defineFunction() if it is to be called',
    ],
    [
      'an instance',
      new (class Account {})(),
      'context value v.part[1] is an object of a class of its own, which the language does not know',
    ],
    [
      'an error',
      new Error('x'),
      'context value v.part[1] is an object of a class of its own, which the language does not know',
    ],
    [
      'a promise',
      Promise.resolve(),
      'context value v.part[1] is an object of a class of its own, which the language does not know',
    ],
    [
      'a buffer',
      Buffer.from('x'),
      'context value v.part[1] is an object of a class of its own, which the language does not know',
    ],
    ['a large bigint', 2n ** 64n, 'context value v.part[1] is a bigint of more than 64 bits'],
    ['an invalid date', new Date(NaN), 'context value v.part[1] is an invalid Date'],
    ['a Map by numbers', new Map([[1, 1]]), 'context value v.part[1] is a Map with keys that are no strings'],
  ])('may not hold %s, and says where', (_, value, message) => {
    const fault = () => evaluate('v.part', { v: { part: [1, value] } });

    expect(fault).toThrow(ContextError);
    expect(fault).toThrow(message);
  });

  it('may hold anything that no expression looks at', () => {
    expect(outcome('v.a', { v: { a: 1, f: () => 1 }, w: () => 1 })).toBe(1);
  });
});

describe('errors', () => {
  const secret = 'hunter2-hunter2';
  const secrets = stringMap({ password: secret, key: secret });

  it.each([
    'int(secrets.password)',
    'float(secrets.password)',
    'secrets.password + 1',
    'int(secrets.password + "1")',
    'duration(secrets.password)',
    'date(secrets.password)',
    'date("2024-01-01", secrets.password)',
    'date("x", "x", secrets.password)',
    'timezone(secrets.password)',
    'fromJSON(secrets.password)',
    'fromBase64(secrets.password)',
    'any(secrets, true)',
    '"a" matches (secrets.password + "(")',
    '[1][int(len(secrets.password))]',
    'sortBy([1], #, secrets.password)',
    'repeat(secrets.password, -1)',
    '{(1): secrets.password}',
    'randomInt(secrets.password)',
    'fails(secrets.password)',
    'secrets.password.x',
    'secrets.password()',
    '[secrets.password][0].a',
  ])('%s does not tell a secret', (expression) => {
    const fails = defineFunction({
      name: 'fails',
      params: ['string'],
      call: (text) => {
        throw new Error(`cannot use ${String(text)}`);
      },
    });
    let error: unknown;
    try {
      render(`{{ ${expression} }}`, { secrets, fails });
    } catch (thrown) {
      error = thrown;
    }

    expect(error).toBeInstanceOf(ExpressionError);
    expect((error as Error).message).not.toContain('hunter2');
    expect((error as ExpressionError).caret).not.toContain('hunter2');
  });

  it('keep what a function of the host threw as their cause', () => {
    const cause = new Error('no such bucket');
    const fails = defineFunction({
      name: 'fails',
      params: [],
      call: () => {
        throw cause;
      },
    });

    expect(() => evaluate('1 + fails()', { fails })).toThrow(expect.objectContaining({ cause, column: 5 }));
  });

  it('programs keep nothing of an evaluation', () => {
    const program = compile('map(list, let x = #; x + n)', { list: [1], n: 1 });

    expect(program.evaluate({ list: [1, 2], n: 1 })).toEqual([2, 3]);
    expect(program.evaluate({ list: [5], n: 10 })).toEqual([15]);
    expect(() => program.evaluate({ list: ['a'], n: 1 })).toThrow('+ does not work on string and int');
    expect(program.evaluate({ list: [], n: 1 })).toEqual([]);
  });
});
