import type { Figure, Unit } from './figures';
import type { Machine } from './machine';
import { compare } from './targets';

/** A figure as soon as it is there. */
export function line(figure: Figure): string {
  const { name, unit, median, min, max, busyProcessors, processorMs = {} } = figure;
  const spenders = Object.entries(processorMs).filter(([, ms]) => ms > 0);
  const parts = spenders.map(([owner, ms]) => `${owner} ${ms.toFixed(2)}`);
  return [
    `${name.padEnd(36)} ${shown(median, unit).padStart(12)}   (${shown(min, unit)} … ${shown(max, unit)})`,
    ...(parts.length > 0
      ? [`  processor time of a job, ms: ${parts.join(', ')}; ${busyProcessors?.toFixed(2)} processors busy`]
      : []),
  ].join('\n');
}

/** All figures beside what the original reaches and what is aimed at. */
export function summary(machine: Machine, figures: readonly Figure[]): string {
  const rows = figures.map(row);
  const { at, processor, cores, memoryGiB, node, postgres, rabbitmq } = machine;
  return [
    '',
    `${at}, ${cores} × ${processor}, ${memoryGiB} GiB, Node ${node}, PostgreSQL ${postgres}, RabbitMQ ${rabbitmq}`,
    '',
    ...table([['figure', 'median', 'the original', 'ratio', 'target', ''], ...rows]),
  ].join('\n');
}

function row(figure: Figure): string[] {
  const { name, unit, median } = figure;
  const { original, ratio, target, aim, reached } = compare(figure);
  const limit = (value: number) => `${unit === '/s' ? '≥' : '≤'} ${shown(value, unit)}`;
  return [
    name,
    shown(median, unit),
    original === undefined ? '' : shown(original, unit),
    ratio === undefined ? '' : ratio.toFixed(2),
    target === undefined ? '' : limit(target),
    reached === 'aim' && aim !== undefined ? `reached, and ${limit(aim)} too` : VERDICTS[reached],
  ];
}

const VERDICTS = { aim: 'reached', target: 'reached', none: 'missed', unknown: '' };

/** Columns of equal width, the first and the last to the left. */
function table(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  return rows.map((cells) =>
    cells
      .map((cell, column) => {
        const isText = column === 0 || column === cells.length - 1;
        return isText ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
      })
      .join('  ')
      .trimEnd(),
  );
}

/** Three digits are more than rounds agree in. */
const shown = (value: number, unit: Unit): string => {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${unit === '/s' ? '/s' : ` ${unit}`}`;
};
