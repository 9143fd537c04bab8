import { median } from './statistics';

/** What a figure says of a system: more of a rate is better, less of a time. */
export type Unit = '/s' | 'ms' | '×';

/** One result: the median of some rounds. */
export interface Figure {
  /** What `--only` selects by, e.g. `jobs/distributed/noop/1`. */
  name: string;
  unit: Unit;
  median: number;
  min: number;
  max: number;
  /** Each round's own, in order. */
  rounds: number[];
  /** Milliseconds of processor time that one job took, by who spent them. Where there is /proc alone. */
  processorMs?: Record<string, number>;
  /** Processors that were busy on the mean, of all that the machine has. Where there is /proc alone. */
  busyProcessors?: number;
}

export const figureOf = (name: string, unit: Unit, rounds: number[], more: Partial<Figure> = {}): Figure => ({
  name,
  unit,
  median: median(rounds),
  min: Math.min(...rounds),
  max: Math.max(...rounds),
  rounds,
  ...more,
});
