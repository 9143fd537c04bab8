import type { Figure, Unit } from './figures';
import type { Machine } from './machine';
import { compare } from './targets';

/** A figure as soon as it is there. */
export function line(figure: Figure): string {
  const { name, unit, median } = figure;
  return `${name.padEnd(36)} ${shown(median, unit).padStart(12)}   (${rangeOf(figure)})`;
}

/** All figures beside what the original reaches and what is aimed at, and who spent the processor time. */
export function summary(machine: Machine, figures: readonly Figure[]): string {
  const spending = figures.filter(({ processorMs }) => processorMs);
  const { at, processor, cores, memoryGiB, node, postgres, rabbitmq } = machine;
  return [
    '',
    `${at}, ${cores} × ${processor}, ${memoryGiB} GiB, Node ${node}, PostgreSQL ${postgres}, RabbitMQ ${rabbitmq}`,
    '',
    ...table([['figure', 'median', 'range', 'the original', 'ratio', 'target', 'reached'], ...figures.map(row)]),
    ...(spending.length > 0 ? ['', 'Processor time of a job in ms:', '', ...table(spendingRows(spending))] : []),
  ].join('\n');
}

function row(figure: Figure): string[] {
  const { name, unit, median } = figure;
  const { original, ratio, target, aim, reached } = compare(figure);
  const limit = (value: number) => `${unit === '/s' ? '≥' : '≤'} ${shown(value, unit)}`;
  return [
    name,
    shown(median, unit),
    rangeOf(figure),
    original === undefined ? '' : shown(original, unit),
    ratio === undefined ? '' : ratio.toFixed(2),
    target === undefined ? '' : limit(target),
    reached === 'aim' && aim !== undefined ? `yes, and ${limit(aim)}` : VERDICTS[reached],
  ];
}

/** A column for each who spent any; the last says how many processors were busy. */
function spendingRows(figures: readonly Figure[]): string[][] {
  const owners = [...new Set(figures.flatMap(({ processorMs }) => Object.keys(processorMs ?? {})))];
  return [
    ['figure', ...owners, 'busy processors'],
    ...figures.map(({ name, processorMs = {}, busyProcessors = NaN }) => [
      name,
      ...owners.map((owner) => (processorMs[owner] ? processorMs[owner].toFixed(2) : '')),
      busyProcessors.toFixed(2),
    ]),
  ];
}

const VERDICTS = { aim: 'yes', target: 'yes', none: 'no', unknown: '' };

/** As Markdown, for docs/benchmarks.md. The first and the last column hold text. */
function table([header = [], ...rows]: readonly string[][]): string[] {
  const isText = (column: number) => column === 0 || column === header.length - 1;
  const widths = header.map((_, column) => Math.max(3, ...[header, ...rows].map((cells) => cells[column]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const padded = (cells: readonly string[]) =>
    cells.map((cell, column) => (isText(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)));
  const rule = widths.map((width, column) => (isText(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [padded(header), rule, ...rows.map(padded)].map(line);
}

const rangeOf = ({ unit, min, max }: Figure): string => `${shown(min, unit)} … ${shown(max, unit)}`;

/** Three digits are more than rounds agree in. */
const shown = (value: number, unit: Unit): string => {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${unit === '/s' ? '/s' : ` ${unit}`}`;
};
