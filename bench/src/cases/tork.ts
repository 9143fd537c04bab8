import type { Bench, Measure } from '../bench';
import { figureOf } from '../figures';
import { burst, paced, warmUp } from '../load/jobs';
import { percentile } from '../statistics';
import { processorShares, processorTime, timeSpent } from '../system/processor-time';
import { startSystem } from '../system/system';
import type { RuntimeName, System, Topology } from '../system/system';

/** Tasks of a job, one after the other. */
const LENGTHS = [1, 10];

/** Hand-outs a second of the load that leaves a system nearly idle. */
const LIGHT_RATE = 50;
const LOADS = [`at-${LIGHT_RATE}`, 'at-half'] as const;
type LoadName = (typeof LOADS)[number];

const PERCENTILES = { p50: 0.5, p95: 0.95 };

/**
 * Jobs a second, and with the runtime that does nothing the time that hand-outs take, of one topology.
 * Figures: `jobs/TOPOLOGY/RUNTIME/TASKS`, `hand-off/TOPOLOGY/TASKS/LOAD/PERCENTILE`.
 */
export function tork(topology: Topology, runtime: RuntimeName): Measure {
  const jobs = (tasks: number) => `jobs/${topology}/${runtime}/${tasks}`;
  const handOffs = (tasks: number, load: LoadName) =>
    Object.keys(PERCENTILES).map((percentile) => `hand-off/${topology}/${tasks}/${load}/${percentile}`);
  const loads = runtime === 'noop' ? LOADS : [];

  return {
    figures: LENGTHS.flatMap((tasks) => [jobs(tasks), ...loads.flatMap((load) => handOffs(tasks, load))]),
    async run(bench) {
      await using system = await startSystem({ topology, runtime, profileFolder: bench.profileFolder });
      const trial = new Trial(bench, system);
      for (const tasks of LENGTHS) {
        const wanted = loads.filter((load) => handOffs(tasks, load).some(bench.wants));
        if (wanted.length === 0 && !bench.wants(jobs(tasks))) continue;
        const rate = await trial.warmUp(tasks);
        const needsMost = bench.wants(jobs(tasks)) || wanted.includes('at-half');
        const most = needsMost ? await trial.throughput(jobs(tasks), tasks, rate) : rate;
        for (const load of wanted) {
          await trial.latency(handOffs(tasks, load), tasks, load === 'at-half' ? most / 2 : LIGHT_RATE / tasks);
        }
      }
    },
  };
}

/** Measures one system. */
class Trial {
  private loads = 0;

  constructor(
    private readonly bench: Bench,
    private readonly system: System,
  ) {}

  /** Resolves with jobs a second. */
  warmUp(tasks: number): Promise<number> {
    return warmUp(this.bench.effort, (count) => this.load(count, tasks));
  }

  /** Reports jobs a second, and resolves with them. */
  async throughput(name: string, tasks: number, expectedRate: number): Promise<number> {
    const { rounds, roundSeconds } = this.bench.effort;
    const count = Math.ceil(expectedRate * roundSeconds);
    const durations: number[] = [];
    const before = processorTime(this.system);
    for (let round = 0; round < rounds; round++) durations.push(await burst(this.load(count, tasks)));
    const spent = timeSpent(before, processorTime(this.system));
    const rates = durations.map((ms) => (count * 1000) / ms);
    const figure = figureOf(name, '/s', rates, processorShares(spent, durations, count * rounds));
    this.bench.report(figure);
    return figure.median;
  }

  /** Reports percentiles of the time from ready to started, in the order of {@link PERCENTILES}. */
  async latency(names: readonly string[], tasks: number, rate: number): Promise<void> {
    const { rounds, pacedSeconds } = this.bench.effort;
    const samples: number[][] = [];
    for (let round = 0; round < rounds; round++) {
      await this.system.handOffs();
      await paced(this.load(Math.ceil(rate * pacedSeconds), tasks), rate);
      samples.push(await this.system.handOffs());
    }
    Object.values(PERCENTILES).forEach((share, index) => {
      const values = samples.map((sample) => percentile(sample, share));
      this.bench.report(figureOf(names[index]!, 'ms', values));
    });
  }

  private load(count: number, tasks: number) {
    const { url, died } = this.system;
    return { url, tag: `load${++this.loads}`, count, tasks, signal: AbortSignal.any([this.bench.signal, died]) };
  }
}
