import type { Bench, Measure } from '../bench';
import { figureOf } from '../figures';
import { burst, warmUp } from '../load/jobs';
import { processorShares, processorTime, timeSpent } from '../system/processor-time';
import type { ProcessorTime } from '../system/processor-time';
import { startSystem } from '../system/system';
import type { System } from '../system/system';

/** Links of each chain that pass on what they get. */
const LINKS = 10;

const NONE = 'middleware/none';
const TEN = `middleware/${LINKS}`;
const RATIO = 'middleware/ratio';

/**
 * Jobs a second of two systems of which one has pass-through middleware around its jobs and tasks, in the coordinator and
 * in the worker. They take turns, and the ratio is the median of the pairs: of the time with to the time without.
 */
export const middleware: Measure = {
  figures: [NONE, TEN, RATIO],
  async run(bench) {
    const { profileFolder } = bench;
    const options = { topology: 'distributed', runtime: 'noop', profileFolder } as const;
    await using plain = await startSystem(options);
    await using linked = await startSystem({ ...options, links: LINKS });
    const sides = [new Side(bench, plain), new Side(bench, linked)] as const;
    const rates = [await sides[0].warmUp(), await sides[1].warmUp()];
    const count = Math.ceil(Math.min(...rates) * bench.effort.roundSeconds);
    for (let round = 0; round < bench.effort.rounds; round++) {
      // Who comes first changes, so that neither always finds the machine as the other left it.
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) await side.run(count);
    }
    const [without, withLinks] = sides;
    bench.report(without.figure(NONE, count));
    bench.report(withLinks.figure(TEN, count));
    const ratios = withLinks.durations.map((ms, round) => ms / without.durations[round]!);
    bench.report(figureOf(RATIO, '×', ratios));
  },
};

/** One of the two systems, and what was measured of it. */
class Side {
  readonly durations: number[] = [];
  private readonly spent: ProcessorTime = {};
  private loads = 0;

  constructor(
    private readonly bench: Bench,
    private readonly system: System,
  ) {}

  warmUp(): Promise<number> {
    return warmUp(this.bench.effort, (count) => this.load(count));
  }

  async run(count: number): Promise<void> {
    const before = processorTime(this.system);
    this.durations.push(await burst(this.load(count)));
    for (const [owner, ms] of Object.entries(timeSpent(before, processorTime(this.system)))) {
      this.spent[owner] = (this.spent[owner] ?? 0) + ms;
    }
  }

  figure(name: string, count: number) {
    const { durations, spent } = this;
    const rates = durations.map((ms) => (count * 1000) / ms);
    return figureOf(name, '/s', rates, processorShares(spent, durations, count * durations.length));
  }

  private load(count: number) {
    const { died, url } = this.system;
    const signal = AbortSignal.any([this.bench.signal, died]);
    return { url, tag: `middleware${++this.loads}`, count, tasks: 1, signal };
  }
}
