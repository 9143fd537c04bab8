import {
  evaluateValue,
  ExpressionError,
  float,
  jobEnvironment,
  record,
  render,
  stringMap,
  toPlain,
  typeName,
  validate,
} from '../index';

const context = {
  inputs: stringMap({ n: '5', name: 'Ada', json: '{"list":[1500000,"x"]}' }),
  tasks: stringMap(undefined),
  job: stringMap({ id: 'j1', name: 'nightly' }),
  item: { index: '0', value: { a: [1, 2] } },
};

describe('render', () => {
  it('replaces every expression and copies the rest', () => {
    expect(render('{{ job.name }}-{{job.id}}: $HOME {{ 1 + 1 }} }}', context)).toBe('nightly-j1: $HOME 2 }}');
    expect(render('nothing here', context)).toBe('nothing here');
    expect(render('', context)).toBe('');
  });

  it('shows values in their text form', () => {
    expect(render('{{ fromJSON(inputs.json).list }}', context)).toBe('[1.5e+06 x]');
    expect(render('{{ [nil, true, "", 0.5, -0.0, 1/0, duration("90s")] }}', context)).toBe(
      '[<nil> true  0.5 -0 +Inf 1m30s]',
    );
    expect(render('{{ {b: 1, a: {"c d": "e"} } }}', context)).toBe('map[a:map[c d:e] b:1]');
  });

  it('reads missing keys of string maps as empty text', () => {
    expect(render('[{{ inputs.missing }}]', context)).toBe('[]');
    expect(render('[{{ tasks.x }}] {{ tasks?.x }} {{ tasks == nil }} {{ len(tasks) }}', context)).toBe(
      '[] <nil> true 0',
    );
  });

  it('fails as a whole, and names expression, reason and place', () => {
    const error = (() => {
      try {
        render('{{ 1 }} {{ inputs.n + 1 }}', context);
      } catch (thrown) {
        return thrown as ExpressionError;
      }
      return undefined;
    })();

    expect(error).toBeInstanceOf(ExpressionError);
    expect(error).toMatchObject({
      name: 'ExpressionError',
      code: 'EXPRESSION_COMPILE_FAILED',
      phase: 'compile',
      expression: 'inputs.n + 1',
      reason: '+ does not work on string and int',
      line: 1,
      column: 10,
      message: 'error compiling expression: inputs.n + 1: + does not work on string and int (column 10)',
      caret: 'inputs.n + 1\n         ^',
    });
    expect(() => render('{{ int(inputs.name) }}', context)).toThrow(
      'error evaluating expression: int(inputs.name): int needs a decimal number',
    );
  });

  it('offers randomInt and sequence, unless the context has its own', () => {
    expect(render('{{ sequence(-1, 2) }} {{ randomInt(1) }}', context)).toBe('[-1 0 1] 0');
    expect(render('{{ randomInt() >= 0 and randomInt(10) < 10 }}', context)).toBe('true');
    expect(render('{{ sequence }}', { sequence: 5 })).toBe('5');
    expect(() => render('{{ randomInt(0) }}', context)).toThrow('limit above 0');
    expect(() => render('{{ randomInt("1") }}', context)).toThrow('must be an int');
    expect(() => render('{{ sequence(0, 1.5) }}', context)).toThrow('must be an int');
    expect(() => render('{{ sequence(0, 1000000) }}', context)).toThrow('memory budget exceeded');
  });

  it('renders texts of values once', () => {
    expect(render('{{ inputs.a }}', { inputs: stringMap({ a: '{{ 1 + 1 }}' }) })).toBe('{{ 1 + 1 }}');
  });

  it('takes an environment in place of a context, to convert it once', () => {
    const environment = jobEnvironment(context);

    expect(render('{{ item.value.a[0] }}{{ item.value.a[1] }}', environment)).toBe('12');
    expect(render('{{ len(sequence(0, 3)) }}', environment)).toBe('3');
  });

  it('keeps compiled expressions apart by the types of what they name', () => {
    const text = '{{ v + 1 }}';

    expect(render(text, { v: 1 })).toBe('2');
    expect(() => render(text, { v: 'a' })).toThrow('+ does not work on string and int');
    expect(render(text, { v: float(1) })).toBe('2');
    expect(() => render(text, {})).toThrow('unknown name v');
    expect(render('{{ len(v) }}', { v: [1] })).toBe('1');
    expect(() => render('{{ len(v) }}', { v: [1], len: 2 })).toThrow('len is an int and cannot be called');
    expect(render('{{ len(v) }}', { v: [1] })).toBe('1');
  });
});

describe('evaluateValue', () => {
  it('evaluates the first expression, or the text', () => {
    expect(evaluateValue('list: {{ item.value.a }} {{ 2 }}', context)).toEqual([1, 2]);
    expect(evaluateValue('1 + 1', context)).toBe(2);
    expect(evaluateValue('{{ true }}', context)).toBe(true);
    expect(() => evaluateValue('', context)).toThrow(ExpressionError);
  });

  it('gives values that go back into a context without loss', () => {
    const list = evaluateValue('{{ fromJSON(inputs.json).list }}', context) as unknown[];

    expect(render('{{ item.value }} {{ type(item.value) }}', { item: { index: '0', value: list[0] } })).toBe(
      '1.5e+06 float',
    );
    for (const expression of [
      '9223372036854775807',
      'duration("1s")',
      'date("2024-02-29")',
      'groupBy([1], #)',
      '{a: [1.0]}',
      'inputs',
    ]) {
      const value = evaluateValue(expression, context);

      expect(render('{{ v }} {{ type(v) }}', { v: value })).toBe(
        render(`{{ ${expression} }} ${typeName(value)}`, context),
      );
    }
  });
});

describe('validate', () => {
  it.each(['', '1 + 1', '{{ a.b }} and {{ 1 + }}', 'hello', '{{ f(x) }}', '{{ sequence(1, "a") }}', 'inputs.n + 1'])(
    'accepts %j',
    (text) => {
      expect(validate(text)).toBeUndefined();
    },
  );

  it.each([
    ['hello world', 'unexpected "world"', 7],
    ['{{ trim(1) }}', 'argument 1 of trim must be a string, found int', 6],
    ['{{ 1 == true }}', '== does not work on int and bool', 3],
    ['{{ "a" matches "(" }}', 'not a regular expression: missing closing )', 13],
    ['{{ }}', 'unexpected end of expression', 2],
    ['{{ 5 % (2 - 2) }}', 'division by zero', 3],
  ])('refuses %j', (text, reason, column) => {
    expect(validate(text)).toMatchObject({ phase: 'compile', reason, column });
  });
});

describe('record', () => {
  const job = record({
    State: 'FAILED',
    Position: 3,
    Progress: float(1),
    CompletedAt: null,
    Inputs: stringMap({ a: '1' }),
  });

  it('has members of known types, and no others', () => {
    expect(evaluateValue("job.State == 'FAILED' and job.Position > 2 and job.Inputs.a == '1'", { job })).toBe(true);
    expect(evaluateValue('job.CompletedAt == nil', { job })).toBe(true);
    expect(() => evaluateValue('job.state', { job })).toThrow('unknown member state');
    expect(() => evaluateValue('job.Position == "3"', { job })).toThrow('== does not work on int and string');
  });
});

describe('toPlain', () => {
  it('makes plain JavaScript of values', () => {
    const value = evaluateValue(
      '[nil, 1, 1.0, 9223372036854775807, {a: "x"}, groupBy([1], #), duration("1m"), date("2024-02-29"), inputs, tasks]',
      { inputs: stringMap({ a: '1' }), tasks: stringMap(undefined) },
    );

    expect(toPlain(value)).toEqual([
      null,
      1,
      1,
      9223372036854775807n,
      { a: 'x' },
      { 1: [1] },
      '1m0s',
      '2024-02-29T00:00:00Z',
      { a: '1' },
      null,
    ]);
  });
});
