import { readCases, type ConformanceCase } from '../testing/cases';
import { evaluateCase, type ExpressionAnswer } from './case';

/** Topics whose wrong expressions must fail in a certain phase. */
const PHASE_OF_TOPIC: Readonly<Record<string, string>> = {
  lexical: 'compile',
  grammar: 'compile',
  static: 'compile',
};

/** Brings two encodings of equal values into one form: maps by sorted keys, times as instants. */
function normal(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(normal);
  if (typeof json !== 'object' || json === null) return json;
  const entries = Object.entries(json);
  const [[tag, content] = ['', undefined]] = entries;
  if (entries.length === 1) {
    if (tag === '$time') return { instant: instantOf(String(content)) };
    if (tag === '$strings') return normal(content);
    if (tag === '$map') return mapOf((content as [unknown, unknown][]).map(([key, value]) => [key, value]));
    if (tag === '$float') return Number(content);
  }
  if (tag.startsWith('$') && entries.length === 1) return json;
  return mapOf(entries);
}

function mapOf(entries: [unknown, unknown][]): unknown {
  const pairs = entries.map(([key, value]) => [JSON.stringify(key), normal(value)] as const);
  return { map: Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** Milliseconds, and the digits of the second that a Date does not hold. */
function instantOf(rfc3339: string): string {
  const fraction = (/\.(\d+)/.exec(rfc3339)?.[1] ?? '').padEnd(9, '0');
  return `${Date.parse(rfc3339.replace(/\.\d+/, ''))} ${fraction}`;
}

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? value.map((item) => JSON.stringify(item)).sort() : value;
}

/** What is wrong with the answer, or undefined. */
function fault(question: ConformanceCase, answer: ExpressionAnswer, phases: Readonly<Record<string, string>>) {
  if (question.error) {
    const phase = phases[question.tag ?? ''];
    if (!('error' in answer)) return 'should have failed';
    return phase && answer.phase !== phase ? `should have failed in phase ${phase}` : undefined;
  }
  if ('error' in answer) return 'should not have failed';
  const want = question.unordered ? sorted(normal(question.want)) : normal(question.want);
  const value = question.unordered ? sorted(normal(answer.value)) : normal(answer.value);
  if (JSON.stringify(value) !== JSON.stringify(want)) return 'has another value';
  if (question.type !== undefined && answer.type !== question.type) return `should be a ${question.type}`;
  if (question.text !== undefined && !question.unordered && answer.text !== question.text) return 'has another text';
  return undefined;
}

function faults(name: 'cases' | 'fuzz', phases: Readonly<Record<string, string>>) {
  return readCases(name).flatMap((question) => {
    const answer = evaluateCase(question);
    const found = fault(question, answer, phases);
    return found ? [{ fault: found, question, answer }] : [];
  });
}

describe('conformance', () => {
  it('answers the cases by topic', () => {
    expect(faults('cases', PHASE_OF_TOPIC)).toEqual([]);
  });

  it('answers the generated cases, and fails in the phase that they name', () => {
    expect(faults('fuzz', { ...PHASE_OF_TOPIC, runtime: 'run' })).toEqual([]);
  });

  it('accepts what must be accepted', () => {
    const refused = readCases('parse')
      .map((question) => ({ question, answer: evaluateCase(question) }))
      .filter(({ answer }) => 'error' in answer);

    expect(refused).toEqual([]);
  });

  it('carries the id, and refuses what is no case', () => {
    expect(evaluateCase({ id: 7, expr: '1 + 1' })).toEqual({ id: 7, value: 2, type: 'int', text: '2' });
    expect(evaluateCase({ expr: '1 +' })).toMatchObject({ id: null, phase: 'compile' });
    expect(() => evaluateCase({ id: 1 })).toThrow('"expr"');
    expect(() => evaluateCase({ expr: '1', mode: 'other' })).toThrow('"mode"');
    expect(() => evaluateCase({ expr: 'x', env: [1] })).toThrow('environment');
  });
});
