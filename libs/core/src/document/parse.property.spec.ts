import fc from 'fast-check';
import { stringify } from 'yaml';
import { jsonDialect } from './bind/json-dialect';
import { shapeOf } from './bind/shape';
import { DocumentError } from './errors';
import { parseJobDocument } from './parse';
import { documentSchemas } from './schema/schema';
import { SourceText } from './source/source';
import { validate } from './validate/validate';

const validateExpression = (text: string) => (text.includes('!') ? 'bad' : undefined);
const options = { validateExpression };

/** Texts that are easily read as something else. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(
    '',
    '{{ a }}',
    '__proto__',
    '<<',
    '*a',
    '&a',
    '|',
    '- a',
    '0x1',
    '~',
    'yes',
    '1.50',
    '#',
    ': ',
    '\ufeff',
  ),
);
/** A good value, and now and then one that breaks a rule or cannot be stored. */
const mostly = <T>(good: fc.Arbitrary<T>, ...bad: T[]) =>
  fc.oneof({ weight: 60, arbitrary: good }, { weight: 1, arbitrary: fc.constantFrom(...bad) });
// YAML does not take control characters unless they are escaped, and JSON leaves some of them as they are.
const storable = mostly(
  text.filter((value) => !/[\0\u007f-\u009f\ufffe\uffff]/.test(value)),
  '\0',
);
const some = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(fields, { requiredKeys: [] });
const few = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 2 });

const map = fc.dictionary(fc.oneof(storable, fc.constantFrom('__proto__', 'constructor')), storable, { maxKeys: 2 });
const name = mostly(fc.constantFrom('n', ' ', '日本'), '');
const duration = mostly(fc.constantFrom('', '5s', '1h30m', '0'), '1d');
const queue = mostly(fc.constantFrom('', 'fast', '{{ q }}'), 'jobs', 'x-1');
const expression = mostly(fc.constantFrom('', '{{ a }}', 'a'), 'bad!');
const priority = mostly(fc.integer({ min: 0, max: 9 }), -1, 10, 1.5, 1e30);
const retry = fc.record({ limit: mostly(fc.integer({ min: 1, max: 10 }), 0, 11), initialDelay: duration });
const limits = some({ cpus: storable, memory: storable });
const webhook = fc.record({ url: mostly(fc.constant('http://a'), '', 'a'), headers: map, if: expression });
const mount = fc.record({ type: mostly(fc.constantFrom('nfs', 'tmpfs'), '', 'volume'), opts: map });
const files = fc.dictionary(mostly(fc.constantFrom('a', 'b/c', '__proto__'), '../x'), storable, { maxKeys: 2 });
const sidecar = fc.record({ name, probe: fc.record({ path: name, port: mostly(fc.constant(80), 0) }) });

const { task } = fc.letrec<{ task: object; plain: object; composite: object }>((tie) => ({
  task: fc.oneof({ maxDepth: 2 }, tie('plain'), tie('composite')),
  plain: fc
    .record({
      name,
      more: some({ run: storable, cmd: few(storable), env: map, files, queue, timeout: duration, if: expression }),
      others: some({
        var: storable,
        priority,
        retry,
        limits,
        mounts: few(mount),
        sidecars: few(sidecar),
        tags: few(storable),
      }),
    })
    .map(({ name, more, others }) => ({ name, ...more, ...others })),
  composite: fc.oneof(
    fc.record({ name, parallel: fc.record({ tasks: few(tie('task')) }) }),
    fc.record({ name, each: fc.record({ list: mostly(fc.constant('a'), '', '!'), task: tie('task') }) }),
    fc.record({
      name,
      subjob: fc.record({ name, tasks: few(tie('task')), detached: fc.boolean(), output: expression }),
    }),
  ),
}));

const job = fc
  .record({
    name,
    tasks: fc.array(task, { minLength: 1, maxLength: 3 }),
    more: some({
      description: storable,
      tags: few(storable),
      inputs: map,
      output: expression,
      webhooks: few(webhook),
      defaults: some({ retry, limits, timeout: duration, queue, priority }),
      permissions: few(fc.record({ user: mostly(fc.constant('u'), '') })),
      autoDelete: some({ after: duration }),
    }),
  })
  .map(({ more, ...always }) => ({ ...always, ...more }));

/** A document, or nothing if it was refused in the one way in which documents are refused; in less than a second of work. */
function parsed(body: string | Uint8Array, format: 'json' | 'yaml'): object | undefined {
  const before = process.cpuUsage();
  try {
    return parseJobDocument(body, format, options);
  } catch (error) {
    expect(error).toBeInstanceOf(DocumentError);
    return undefined;
  } finally {
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
  }
}

describe('any body', () => {
  it('of JSON is a document or a DocumentError', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 5, stringUnit: 'binary' }), (body) => void parsed(body, 'json')));
  });

  it('that means a job is read as that job by both readers', () => {
    let accepted = 0;
    fc.assert(
      fc.property(job, (value) => {
        const body = JSON.stringify(value);
        const document = parsed(body, 'json');
        if (!document) return;
        accepted += 1;
        expect(document).toEqual(JSON.parse(body));
        expect(parsed(body, 'yaml')).toEqual(document);
        expect(parsed(stringify(value, { defaultStringType: 'QUOTE_DOUBLE' }), 'yaml')).toEqual(document);
      }),
    );
    expect(accepted).toBeGreaterThan(10);
  });

  it('of text or bytes is a document or a DocumentError', () => {
    const line = fc.constantFrom(
      ...[
        'name: x',
        'tasks:',
        '- ',
        '  - name: t',
        '  run: |',
        '    env: {A: *a',
        ']',
        '&a',
        '---',
        '%YAML 1.1',
        '...',
      ],
      ...['<<: *a', '"', "'", '\t', '? ', ': ', '!!binary x', '!!int x', '# c', '{', '>-', ', '],
    );
    const soup = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'));

    fc.assert(fc.property(soup, (body) => void parsed(body, 'yaml')));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (body) => void parsed(body, 'yaml')));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (body) => void parsed(body, 'json')));
  });
});

describe('validation', () => {
  const schema = documentSchemas(validateExpression).job;

  it('accepts exactly what the schema accepts', () => {
    fc.assert(
      fc.property(job.map(integers), (value) => {
        const root = { kind: 'mapping' as const, entries: [], at: 0 };
        const document = { value, root, source: new SourceText(''), shape: shapeOf(schema), dialect: jsonDialect };

        expect(accepts(() => validate(document))).toBe(schema.safeParse(value).success);
      }),
    );
  });
});

/** What the binder leaves to validation: fractions are a matter of types. */
const integers = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_key, part: unknown) => (typeof part === 'number' ? Math.trunc(part) : part));

function accepts(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(DocumentError);
    return false;
  }
}
