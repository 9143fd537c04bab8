import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NEXT_JOB } from '../job/transition';
import { NEXT_TASK } from '../task/transition';

const page = readFileSync(join(__dirname, '../../../../docs/state-machine.md'), 'utf8');

/** The table as the page draws it: a row a state, a cell for each cause that moves it. */
function drawn(table: Record<string, Partial<Record<string, string>>>): string {
  const rows = Object.entries(table).map(([state, next]) => {
    const moves = Object.entries(next).map(([cause, to]) => `${cause} → \`${to}\``);
    return `| \`${state}\` | ${moves.join(', ') || 'nothing: terminal'} |`;
  });
  return ['| state | what moves it, and where |', '| --- | --- |', ...rows].join('\n');
}

/** Column widths are the formatter's business. */
const withoutPadding = (markdown: string) => markdown.replace(/ +/g, ' ').replace(/-{3,}/g, '---');

it.each([
  ['jobs', NEXT_JOB],
  ['tasks', NEXT_TASK],
])('the page about the state machine shows the table of %s as it is', (_, table) => {
  expect(withoutPadding(page)).toContain(drawn(table));
});
