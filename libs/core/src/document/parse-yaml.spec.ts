import { parseJobDocument, parseScheduledJobDocument } from './parse';

const options = { validateExpression: () => undefined };
const parse = (text: string | Uint8Array) => parseJobDocument(text, 'yaml', options);
const TASKS = 'tasks:\n  - name: t\n';
/** The document with a piece of YAML at its top level. */
const around = (piece: string) => parse(`name: y\n${piece}\n${TASKS}`);
const inputs = (piece: string) => around(`inputs:\n${piece.replace(/^/gm, '  ')}`).inputs;
const priority = (text: string) => parse(`name: y\n${TASKS}    priority: ${text}\n`).tasks?.[0]?.priority;
const detached = (text: string) =>
  parse(`name: y\ntasks:\n  - name: s\n    subjob: {name: i, detached: ${text}, tasks: [{name: x}]}\n`).tasks?.[0]
    ?.subjob?.detached;
const subjob = (piece: string) => `subjob: {name: i, tasks: [{name: x}]${piece}}`;

describe('YAML documents', () => {
  it.each([
    '1',
    '1.50',
    '1e3',
    'yes',
    'true',
    'True',
    'off',
    '2024-01-01',
    '2024-01-01T10:20:30Z',
    '1:30:00',
    '0x10',
    '0o17',
    '017',
    '0b11',
    '1_000',
    '.5',
    '.inf',
    '.nan',
    '+5',
    '-0',
    '123456789012345678901234567890',
    'a b  c',
    'a#b',
    'http://x:1/y',
  ])('take %s for text as it is written', (text) => {
    expect(inputs(`a: ${text}`)).toEqual({ a: text });
    expect(around(`description: ${text}`).description).toBe(text);
    expect(around(`tags: [${text}]`).tags).toEqual([text]);
  });

  it.each([
    ['"7"', '7'],
    ["'it''s'", "it's"],
    ['!!str 5', '5'],
    ['!!int "5"', '5'],
    ['!custom x', 'x'],
    ['!!binary aGVsbG8=', 'hello'],
    ['!!binary "aGVs\n    bG8="', 'hello'],
    ['"\\x41\\u00e9\\U0001F680\\t\\n \\N\\_"', 'Aé🚀\t\n \u0085\u00a0'],
    ['one\n    two\n    three', 'one two three'],
    ['>\n    one\n    two\n\n    three', 'one two\nthree\n'],
    ['|-\n    x\n      y', 'x\n  y'],
    ['|2\n      deep', '    deep\n'],
  ])('read the text of %j', (text, expected) => {
    expect(inputs(`a: ${text}`)).toEqual({ a: expected });
  });

  it.each(['', '~', 'null', 'Null', 'NULL'])('know %j as null', (text) => {
    expect(inputs(`a: ${text}`)).toEqual({ a: '' });
    expect(around(`description: ${text}`)).toEqual({ name: 'y', tasks: [{ name: 't' }] });
    expect(around(`defaults: ${text}`)).toEqual({ name: 'y', tasks: [{ name: 't' }] });
    expect(around(`tags: ${text}`)).toEqual({ name: 'y', tasks: [{ name: 't' }] });
  });

  it('leave out null in lists', () => {
    expect(around('tags: [a, ~, b]').tags).toEqual(['a', 'b']);
    expect(parse('name: y\ntasks:\n  - ~\n  - name: t\n').tasks).toEqual([{ name: 't' }]);
  });

  it('take scalars of any type as keys of a map', () => {
    expect(inputs('1: a\ntrue: b\n2.50: c\n__proto__: d')).toEqual(
      JSON.parse('{"1":"a","true":"b","2.50":"c","__proto__":"d"}'),
    );
  });

  it.each([
    ['7', 7],
    ['0x9', 9],
    ['0b101', 5],
    ['0o7', 7],
    ['007', 7],
    ['08', 8],
    ['0_8', 8],
    ['8_', 8],
    ['+8', 8],
    ['-0', 0],
    ['1.9', 1],
    ['-0.5', 0],
    ['1e0', 1],
    ['.5', 0],
    ['!!int "5"', 5],
  ])('take %s for an integer', (text, value) => {
    expect(priority(text)).toBe(value);
  });

  it.each([
    '.inf',
    '.nan',
    '2024-01-01',
    '"5"',
    "'5'",
    'high',
    'true',
    '99999999999999999999',
    '1e30',
    '[1]',
    '0x',
    '0b2',
    '--5',
  ])('refuse %s for an integer', (text) => {
    expect(() => priority(text)).toThrow(/^yaml: unmarshal errors:\n  line 4: cannot unmarshal .* into int \(/);
  });

  it.each([
    ...['true', 'True', 'TRUE', 'y', 'Y', 'yes', 'Yes', 'on', 'ON', '"yes"', "'on'"].map((text) => [text, true]),
    ...['false', 'False', 'n', 'no', 'NO', 'off', '"off"'].map((text) => [text, false]),
  ])('take %s for a boolean', (text, value) => {
    expect(detached(String(text))).toBe(value);
  });

  it.each(['tRUE', '1', '"true"', '""', 'yEs', '[true]'])('refuse %s for a boolean', (text) => {
    expect(() => detached(text)).toThrow(/cannot unmarshal .* into bool/);
  });

  it.each([
    ['an alias of text', 'description: &d hi\noutput: *d', { description: 'hi', output: 'hi' }],
    ['an alias of a map', 'inputs: &m {a: "1"}\nsecrets: *m', { inputs: { a: '1' }, secrets: { a: '1' } }],
    ['an anchor on null', 'description: &z\noutput: *z', {}],
    [
      'the last anchor of a name',
      'description: &d a\ntags: [&d b]\noutput: *d',
      { description: 'a', tags: ['b'], output: 'b' },
    ],
    [
      'a merge, own keys win',
      'inputs: &i {a: "1", b: "1"}\nsecrets: {<<: *i, b: "2"}',
      { secrets: { a: '1', b: '2' } },
    ],
    ['a merge behind own keys', 'inputs: &i {a: "1"}\nsecrets: {a: "2", <<: *i}', { secrets: { a: '2' } }],
    ['a quoted << is a key', 'inputs: {"<<": a}', { inputs: { '<<': 'a' } }],
    ['a merge of a mapping in place', 'inputs: {<<: {a: "1"}, b: "2"}', { inputs: { a: '1', b: '2' } }],
  ])('know %s', (_what, piece, expected) => {
    expect(around(piece)).toMatchObject(expected);
  });

  it('merge several tasks into one, the first named first', () => {
    const text = `
name: y
tasks:
  - &a {name: one, tags: [a]}
  - &b {name: two, description: b}
  - <<: [*a, *b]
    run: x
`;

    expect(parse(text).tasks?.[2]).toEqual({ name: 'one', tags: ['a'], description: 'b', run: 'x' });
  });

  it('give each alias a value of its own', () => {
    const { tasks } = parse('name: y\ntasks:\n  - &t {name: t, env: {A: b}}\n  - *t\n');

    expect(tasks?.[0]).toEqual(tasks?.[1]);
    expect(tasks?.[0]).not.toBe(tasks?.[1]);
    expect(tasks?.[0]?.env).not.toBe(tasks?.[1]?.env);
  });

  it.each([
    ['another document', `name: y\n${TASKS}---\nname: [`],
    ['an end and garbage', `name: y\n${TASKS}...\n]]]`],
    ['%YAML 1.1', `%YAML 1.1\n---\nname: y\n${TASKS}`],
    ['%YAML 1.2', `%YAML 1.2\n---\nname: y\n${TASKS}`],
    ['a byte order mark', `\ufeffname: y\n${TASKS}`],
    ['carriage returns', `name: y\n${TASKS}`.replaceAll('\n', '\r\n')],
    ['JSON', '{\n\t"name": "y",\n\t"tasks": [{"name":"t"}]\n}'],
  ])('may have %s', (_what, text) => {
    expect(parse(text)).toEqual({ name: 'y', tasks: [{ name: 't' }] });
    expect(parse(new TextEncoder().encode(text))).toEqual({ name: 'y', tasks: [{ name: 't' }] });
  });

  it('are told all their mistakes at once, each with its line', () => {
    const text = 'name: [y]\ntags: x\ninputs: 5\ntasks:\n  - name: x\n    priority: high\n    imgae: 1\n';

    expect(() => parse(text)).toThrow(
      [
        'yaml: unmarshal errors:',
        '  line 1: cannot unmarshal !!seq into string (Job.Name, column 7)',
        '  line 2: cannot unmarshal !!str into list of strings (Job.Tags, column 7)',
        '  line 3: cannot unmarshal !!int into map of strings (Job.Inputs, column 9)',
        '  line 6: cannot unmarshal !!str `high` into int (Job.Tasks[0].Priority, column 15)',
        '  line 7: field imgae not found in type input.Task, did you mean image? (Job.Tasks[0], column 5)',
      ].join('\n'),
    );
  });

  it('do not see secrets repeated in messages', () => {
    expect(() => around('secrets: hunter2')).toThrow(/^((?!hunter2).)*$/s);
    expect(() => parse(`name: y\n${TASKS}    registry: hunter2\n`)).toThrow(/^((?!hunter2).)*$/s);
  });

  it('can be scheduled jobs', () => {
    const text = `name: y\nschedule:\n  cron: 0 0 1 1 *\n${TASKS}`;

    expect(parseScheduledJobDocument(text, 'yaml', options)).toEqual({
      name: 'y',
      schedule: { cron: '0 0 1 1 *' },
      tasks: [{ name: 't' }],
    });
    expect(() => parse(text)).toThrow('line 2: field schedule not found in type input.Job');
  });

  it('are nested as deep as anybody needs', () => {
    const nested = Array.from({ length: 160 }).reduce<string>(
      (inner) => `{name: p, parallel: {tasks: [${inner}]}}`,
      `{name: t, ${subjob('')}}`,
    );

    expect(parse(`name: y\ntasks: [${nested}]`).tasks).toHaveLength(1);
  });
});
