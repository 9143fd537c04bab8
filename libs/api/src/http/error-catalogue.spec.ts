import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TorkError } from '@tork/core';
import { answerTo } from './status';

const ROOT = join(__dirname, '../../../..');

/** `readonly code = 'A'`, `readonly code: 'A' | 'B'`, or a type of such codes by name. */
const DECLARATION = /(?:readonly code\s*[:=]|type \w*ErrorCode\s*=)((?:[\s|]*'[A-Z_]+')+)/g;

function codesInSources(): Set<string> {
  const sources = ['libs', 'apps'].flatMap((folder) =>
    readdirSync(join(ROOT, folder)).flatMap((project) => {
      const src = join(ROOT, folder, project, 'src');
      return readdirSync(src, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !/\.(int-)?spec\.ts$|\.fixtures\.ts$/.test(file))
        .map((file) => readFileSync(join(src, file), 'utf8'));
    }),
  );
  const declared = sources.flatMap((source) => [...source.matchAll(DECLARATION)].map((match) => match[1]!));
  return new Set(declared.flatMap((names) => [...names.matchAll(/[A-Z_]+/g)].map(([code]) => code)));
}

/** Code and status of each row of the page. */
function rowsOfPage(): [code: string, status: string][] {
  const page = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
  return [...page.matchAll(/^\|\s*`([A-Z_]+)`\s*\|\s*(\S+)\s*\|/gm)].map(([, code, status]) => [code!, status!]);
}

class AnyError extends TorkError {
  constructor(readonly code: string) {
    super('any');
  }
}

describe('docs/errors.md', () => {
  it('has the codes of the sources, each once', () => {
    const listed = rowsOfPage().map(([code]) => code);

    expect(listed.sort()).toEqual([...codesInSources()].sort());
  });

  it.each(rowsOfPage())('says how %s is answered', (code, status) => {
    const answer = answerTo(new AnyError(code));

    expect(answer.unexpected ? '–' : String(answer.status)).toBe(status);
  });
});
