import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeKeys } from '@tork/config';
import { engineConfig } from '@tork/engine';

/** The first three cells of the rows of docs/configuration.md that are about a key: key, type and default. */
function documented(): string[][] {
  const page = readFileSync(join(__dirname, '../../../docs/configuration.md'), 'utf8');
  const keys = page.slice(page.indexOf('## Keys'));
  const rows = keys.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, 4)
      .map((cell) => cell.trim()),
  );
}

const quoted = (text: string): string => `\`${text}\``;

/** The same cells as the schemas have them. */
const known = (): string[][] =>
  describeKeys(engineConfig).map(({ key, type, default: value }) => [
    quoted(key),
    type.includes(' | ') ? type.split(' | ').map(quoted).join(' ') : type,
    value === undefined ? '' : quoted(value),
  ]);

const byKey = ([a = '']: string[], [b = '']: string[]): number => (a < b ? -1 : 1);

it('docs/configuration.md has every key with its type and default', () => {
  expect(documented().sort(byKey)).toEqual(known().sort(byKey));
});
