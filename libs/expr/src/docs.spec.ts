import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILTINS } from './builtins/builtins';
import { evaluateCase, type ExpressionCase } from './index';
import { PREDICATES } from './parser/predicates';

const PAGE = readFileSync(join(__dirname, '../../../docs/expressions.md'), 'utf8');

/** The blocks of code of one language, in order. */
function blocks(language: string): string[] {
  return Array.from(PAGE.matchAll(new RegExp('^```' + language + '\\n([^]*?)^```$', 'gm')), ([, code = '']) => code);
}

const environment: unknown = JSON.parse(blocks('json')[0] ?? '');

/** `source => text`, or `source => error: reason`, a line. */
function examples(language: string): [source: string, wanted: string][] {
  const lines = blocks(language).flatMap((block) => block.trimEnd().split('\n'));
  return lines.map((line) => {
    const at = line.lastIndexOf('=>');
    return [line.slice(0, at).trimEnd(), line.slice(at + 2).trim()];
  });
}

const MODES = { expr: undefined, template: 'template', value: 'value' } as const;

describe.each(Object.entries(MODES))('%s examples of docs/expressions.md', (language, mode) => {
  it.each(examples(language))('%s => %s', (expr, wanted) => {
    const question: ExpressionCase = { expr, mode, env: environment };
    const answer = evaluateCase(question);

    if (wanted.startsWith('error: ')) {
      expect('error' in answer ? answer.error : answer).toContain(wanted.slice('error: '.length));
    } else {
      expect('error' in answer ? answer.error : answer.text).toBe(wanted);
    }
  });
});

it('there are examples of each kind', () => {
  for (const language of Object.keys(MODES)) expect(examples(language).length).toBeGreaterThan(2);
});

it('docs/expressions.md names every function', () => {
  const reference = PAGE.slice(PAGE.indexOf('## All functions'));
  const code = Array.from(reference.matchAll(/`([^`]+)`/g), ([, text]) => text).join(' ');
  const missing = [...BUILTINS.keys(), ...PREDICATES.keys()].filter((name) => !new RegExp(`\\b${name}\\b`).test(code));

  expect(missing).toEqual([]);
});
