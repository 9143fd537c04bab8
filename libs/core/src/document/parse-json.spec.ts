import { DocumentError } from './errors';
import { parseJobDocument } from './parse';

const options = { validateExpression: () => undefined };
const parse = (text: string | Uint8Array) => parseJobDocument(text, 'json', options);
const TASKS = '"tasks":[{"name":"t"}]';
/** The document with a piece of JSON beside its name. */
const around = (piece: string) => parse(`{"name":"j",${piece},${TASKS}}`);
/** The task with a piece of JSON beside its name. */
const inTask = (piece: string) => parse(`{"name":"j","tasks":[{"name":"t",${piece}}]}`).tasks?.[0];

describe('JSON documents', () => {
  it('are read from bytes and from text alike', () => {
    const text = `{"name":"日本 🚀",${TASKS}}`;

    expect(parse(new TextEncoder().encode(text))).toEqual(parse(text));
    expect(parse(text)).toEqual({ name: '日本 🚀', tasks: [{ name: 't' }] });
  });

  it.each([
    ['another value', '{"name":1}'],
    ['garbage', ']]]'],
    ['nothing but blanks', ' \n'],
  ])('end where their first value ends, whatever follows: %s', (_what, rest) => {
    expect(parse(`{"name":"j",${TASKS}} ${rest}`)).toMatchObject({ name: 'j' });
  });

  it('match keys whatever their case', () => {
    expect(parse('{"NAME":"j","Tasks":[{"Name":"t","RUN":"x","gPUs":"1"}]}')).toEqual({
      name: 'j',
      tasks: [{ name: 't', run: 'x', gpus: '1' }],
    });
    expect(around('"AUTODELETE":{"AFTER":"1h"}')).toMatchObject({ autoDelete: { after: '1h' } });
  });

  it.each([
    ['the last text wins', '"description":"one","description":"two"', { description: 'two' }],
    ['in both spellings', '"description":"one","DESCRIPTION":"two"', { description: 'two' }],
    ['the last list wins', '"tags":["a"],"tags":["b"]', { tags: ['b'] }],
    ['maps are merged', '"inputs":{"a":"1","b":"1"},"inputs":{"b":"2"}', { inputs: { a: '1', b: '2' } }],
    [
      'so are objects',
      '"defaults":{"queue":"a","priority":3},"defaults":{"queue":"b"}',
      { defaults: { queue: 'b', priority: 3 } },
    ],
    ['a null unsets a map', '"inputs":{"a":"1"},"inputs":null', {}],
    ['but not a text', '"description":"one","description":null', { description: 'one' }],
  ])('may repeat keys: %s', (_what, piece, expected) => {
    expect(around(piece)).toEqual({ name: 'j', tasks: [{ name: 't' }], ...expected });
  });

  it.each([
    ['a map value', '"inputs":{"a":null}', { inputs: { a: '' } }],
    ['an element of a list of texts', '"tags":["a",null]', { tags: ['a', ''] }],
    ['a text', '"description":null', {}],
    ['a list', '"tags":null', {}],
    ['a map', '"inputs":null', {}],
    ['an object', '"defaults":null', {}],
  ])('take null for %s', (_what, piece, expected) => {
    expect(around(piece)).toEqual({ name: 'j', tasks: [{ name: 't' }], ...expected });
  });

  it('take null in a list of objects as an empty object', () => {
    expect(() => parse('{"name":"j","tasks":[null]}')).toThrow(
      "Key: 'Job.Tasks[0].Name' Error:Field validation for 'Name' failed on the 'required' tag",
    );
  });

  it.each([
    ['7', 7],
    ['0', 0],
    ['-0', 0],
  ])('take the integer %s', (text, value) => {
    expect(inTask(`"priority":${text}`)).toEqual({ name: 't', priority: value });
  });

  it.each(['1.0', '1.5', '1e0', '"1"', 'true', '[1]', '{}', '99999999999999999999'])(
    'refuse %s for an integer',
    (text) => {
      expect(() => inTask(`"priority":${text}`)).toThrow(
        /^json: cannot unmarshal .* \(Job\.Tasks\[0\]\.Priority, line 1, column \d+\)$/,
      );
    },
  );

  it.each([
    ['"\\u0041\\n\\ud83d\\ude80\\/"', 'A\n🚀/'],
    ['"\\ud83d"', '\ufffd'],
    ['"\\ude80\\ud83d"', '\ufffd\ufffd'],
    ['"\\b\\f\\r\\t\\"\\\\"', '\b\f\r\t"\\'],
  ])('decode %s', (text, expected) => {
    expect(around(`"description":${text}`).description).toBe(expected);
  });

  it('replace bytes that are no UTF-8', () => {
    const bytes = new TextEncoder().encode(`{"name":"a?b",${TASKS}}`);
    bytes[bytes.indexOf(0x3f)] = 0xff;

    expect(parse(bytes).name).toBe('a\ufffdb');
  });

  it('keep map keys that mean something to JavaScript as keys like any other', () => {
    const inputs =
      around('"inputs":{"__proto__":"p","constructor":"c","toString":"s","":"empty","0":"zero"}').inputs ?? {};

    expect(Object.entries(inputs)).toEqual(
      expect.arrayContaining([
        ['__proto__', 'p'],
        ['constructor', 'c'],
        ['toString', 's'],
        ['', 'empty'],
        ['0', 'zero'],
      ]),
    );
    expect(Object.getPrototypeOf(inputs)).toBe(Object.prototype);
    expect(JSON.stringify(inputs)).toContain('"__proto__":"p"');
  });

  it('have an id for a sub-job that has no effect', () => {
    const subjob = { id: 'abc', name: 'inner', tasks: [{ name: 'x' }] };

    expect(inTask(`"subjob":${JSON.stringify(subjob)}`)).toEqual({
      name: 't',
      subjob: { name: 'inner', tasks: [{ name: 'x' }] },
    });
  });

  it('are told all their mistakes at once, each with its place', () => {
    const text = '{\n  "nmae": "j",\n  "tasks": [{ "name": 1, "env": { "A": 2 } }]\n}';

    expect(errorOf(() => parse(text))).toEqual({
      message: [
        'json: unknown field "nmae", did you mean name? (Job, line 2, column 3)',
        'json: cannot unmarshal number into value of type string (Job.Tasks[0].Name, line 3, column 23)',
        'json: cannot unmarshal number into value of type string (Job.Tasks[0].Env[A], line 3, column 40)',
      ].join('\n'),
      problems: [
        expect.objectContaining({ path: 'Job', line: 2, column: 3, found: 'nmae' }),
        expect.objectContaining({
          path: 'Job.Tasks[0].Name',
          line: 3,
          column: 23,
          expected: 'string',
          found: 'number',
        }),
        expect.objectContaining({ path: 'Job.Tasks[0].Env[A]', line: 3, column: 40 }),
      ],
    });
  });

  it('do not get a list of mistakes without end', () => {
    const keys = Array.from({ length: 1000 }, (_, n) => `"k${n}":1`).join(',');

    const { message, problems } = errorOf(() => parse(`{${keys}}`));

    expect(problems).toHaveLength(100);
    expect(message.split('\n')).toHaveLength(101);
    expect(message).toMatch(/\n… and more$/);
  });
});

function errorOf(action: () => unknown): Pick<DocumentError, 'message' | 'problems'> {
  try {
    action();
  } catch (error) {
    if (error instanceof DocumentError) return { message: error.message, problems: error.problems };
    throw error;
  }
  throw new Error('the document was accepted');
}
