import { DocumentError } from '../errors';
import { parseJobDocument } from '../parse';
import type { DocumentFormat } from '../parse';

const options = { validateExpression: () => undefined };
const repeat = (text: string, times: number) => text.repeat(times);
const tasks = (list: string) => `{"name":"x","tasks":[${list}]}`;

/** Bodies that would cost far more than their size, if their readers were not careful. */
const bodies: [what: string, format: DocumentFormat, body: () => string, expected: RegExp | undefined][] = [
  ['values without end', 'json', () => tasks(repeat('{},', 1_100_000)), /^more than 1000000 values/],
  [
    'tasks without names',
    'json',
    () => tasks(`${repeat('{},', 50_000)}{}`),
    /^Key: 'Job\.Tasks\[0\]\.Name'.*… and more$/s,
  ],
  ['unknown keys', 'json', () => `{${repeat('"k":1,', 50_000)}"k":1}`, /^json: unknown field "k".*… and more$/s],
  ['a key without end', 'json', () => `{"${repeat('k', 1_000_000)}":1}`, /^json: unknown field "k{100}…"/],
  ['a text without end', 'json', () => `{"name":"${repeat('a', 1_000_000)}`, /^unexpected EOF/],
  ['a long script', 'json', () => tasks(`{"name":"t","run":"${repeat('a\\n', 200_000)}"}`), undefined],
  [
    'digits without end',
    'json',
    () => tasks(`{"name":"t","priority":${repeat('9', 1_000_000)}}`),
    /^json: cannot unmarshal number 9{30} /,
  ],
  ['a long duration', 'json', () => tasks(`{"name":"t","timeout":"${repeat('1h', 3_000_000)}"}`), /'duration' tag$/],
  [
    'a long URL',
    'json',
    () => `{"name":"x","tasks":[{"name":"t"}],"webhooks":[{"url":"${repeat('a', 1_000_000)}"}]}`,
    /'url' tag/,
  ],
  ['blank lines', 'yaml', () => repeat('\n', 600_000), /^yaml: line \d+: more than 500000 tokens/],
  [
    'a long script',
    'yaml',
    () => `name: x\ntasks:\n  - name: t\n    run: |\n${repeat('      echo hello\n', 50_000)}`,
    undefined,
  ],
  ['quotes', 'yaml', () => `a: ${repeat('"', 20_000)}`, /^yaml: line 1: /],
  ['commas', 'yaml', () => `[${repeat(',', 20_000)}]`, /^yaml: line 1: /],
  ['directives', 'yaml', () => repeat('%A b\n', 10_000), /^yaml: line \d+: expected ---/],
  [
    'aliases of a long text',
    'yaml',
    () => `name: x\ndescription: &d ${repeat('a', 1_000_000)}\ntags: [${repeat('*d,', 10_000)}]`,
    /excessive aliasing/,
  ],
  [
    'merges of a large map',
    'yaml',
    () =>
      `name: x\ninputs: &d {${Array.from({ length: 5000 }, (_, n) => `k${n}: v`).join(', ')}}\nsecrets: {<<: [${repeat('*d,', 10_000)}]}`,
    /excessive aliasing/,
  ],
  [
    'a chain of aliases',
    'yaml',
    () => Array.from({ length: 600 }, (_, n) => `a${n}: &a${n} [${n ? `*a${n - 1}` : ''}]`).join('\n'),
    /^yaml: line 50\d: exceeded max depth of 500/,
  ],
];

describe('a body of', () => {
  it.each(bodies)('%s is dealt with at once (%s)', (_what, format, body, expected) => {
    const text = body();
    const cpu = process.cpuUsage();
    let message: string | undefined;

    try {
      parseJobDocument(text, format, options);
    } catch (error) {
      expect(error).toBeInstanceOf(DocumentError);
      ({ message } = error as DocumentError);
    }

    expect(process.cpuUsage(cpu).user / 1000).toBeLessThan(2500);
    if (expected) expect(message).toMatch(expected);
    else expect(message).toBeUndefined();
    expect(message?.length ?? 0).toBeLessThan(20_000);
  });
});
