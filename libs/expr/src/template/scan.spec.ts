import fc from 'fast-check';
import { RE2JS } from 're2js';
import { findExpressions, scanTemplate } from './scan';

/** The definition that the scan stands in for. */
const DEFINITION = RE2JS.compile('{{\\s*(.+?)\\s*}}');

function byDefinition(text: string): { source: string; open: number; at: number; end: number }[] {
  const matcher = DEFINITION.matcher(text);
  const found = [];
  while (matcher.find()) {
    found.push({ source: matcher.group(1) ?? '', open: matcher.start(), at: matcher.start(1), end: matcher.end() });
  }
  return found;
}

it.each([
  ['hello', ['hello']],
  ['', ['']],
  ['a{{1}}b{{ 2 }}c', ['a', '1', 'b', '2', 'c']],
  ['{{{1}}}', ['', '{1', '}']],
  ['{{}}', ['{{}}']],
  ['{{ }}', ['', ' ', '']],
  ['{{\n}}', ['{{\n}}']],
  ['{{\n \n}}', ['', ' ', '']],
  ['{{\n1\n}}', ['', '1', '']],
  ['{{1\n+1}}', ['{{1\n+1}}']],
  ['{{ a {{ b }}', ['', 'a {{ b', '']],
  ['{{ a\n {{ b }}', ['{{ a\n ', 'b', '']],
  ['{{ "a}}" }}', ['', '"a', '" }}']],
  ['1 }} {{ 2', ['1 }} {{ 2']],
  ['{{\u00a0x\u00a0}}', ['', '\u00a0x\u00a0', '']],
])('cuts %j', (text, parts) => {
  expect(scanTemplate(text)).toEqual(parts);
});

it('finds what the definition finds', () => {
  const piece = fc.constantFrom(
    '{',
    '{{',
    '}',
    '}}',
    ' ',
    '\n',
    '\t',
    '\r',
    '\f',
    '\v',
    'a',
    '"',
    '\u2028',
    '😀',
    '\u0085',
  );
  const texts = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));

  fc.assert(
    fc.property(texts, (text) => {
      expect(findExpressions(text)).toEqual(byDefinition(text));
    }),
    { numRuns: 5_000 },
  );
});

it.each([
  ['braces without an end', '{{ '.repeat(300_000)],
  ['braces in a row', `${'{{'.repeat(300_000)}\n}}`],
  ['blanks', `{{${' '.repeat(1_000_000)}`],
  ['line feeds before braces', `${'{{\n'.repeat(300_000)}}}`],
  ['expressions cut by line feeds', `${'{{ a\n'.repeat(200_000)}}}`],
  ['blanks before far braces', `${`{{ x\n${' '.repeat(1000)}`.repeat(1000)}}}`],
  ['expressions', '{{ 1 }}'.repeat(100_000)],
])('takes %s in linear time', (_, text) => {
  const start = process.cpuUsage();

  findExpressions(text);

  // A quadratic scan of these takes minutes.
  expect(process.cpuUsage(start).user).toBeLessThan(2_000_000);
});
