import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ExpressionCase } from '../conformance/case';

/** A case with what it must give. */
export interface ConformanceCase extends ExpressionCase {
  readonly id: string;
  /** Topic; those of `PHASE_OF_TOPIC` also say in which phase a wrong expression fails. */
  readonly tag?: string;
  readonly want?: unknown;
  readonly error?: boolean;
  readonly type?: string;
  readonly text?: string;
  /** Lists may have any order. */
  readonly unordered?: boolean;
}

const REPOSITORY = resolve(__dirname, '../../../..');
const OWN_DATA = resolve(__dirname, '../../test-data');

/** A folder with the original files: named by the environment, or beside the repository. */
function specFolder(): string | undefined {
  const candidates = [process.env.TORK_SPEC_DIR, join(REPOSITORY, '../shared/spec')];
  return candidates.find((folder) => folder && existsSync(join(folder, 'expr-cases.jsonl')));
}

/** The cases of one of the files. */
export function readCases(name: 'cases' | 'fuzz' | 'parse'): ConformanceCase[] {
  const folder = specFolder();
  if (folder) return readLines(join(folder, `expr-${name}.jsonl`)) as ConformanceCase[];
  const members = readLines(join(OWN_DATA, 'members.jsonl')) as [string, unknown][];
  const environments = readLines(join(OWN_DATA, 'environments.jsonl')) as number[][];
  const environmentOf = (line: number) => Object.fromEntries((environments[line] ?? []).map((i) => members[i] ?? []));
  return (readLines(join(OWN_DATA, `${name}.jsonl`)) as (ConformanceCase & { env?: number })[]).map((line) => ({
    ...line,
    env: line.env === undefined ? null : environmentOf(line.env),
  }));
}

function readLines(file: string): unknown[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}
