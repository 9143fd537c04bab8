import type { Figure } from './figures';

/** What a figure is compared with. */
export interface Target {
  /** The same figure of Tork 0.1.153. */
  original?: number;
  /** What must be reached, and what is aimed at. */
  target?: number;
  aim?: number;
}

/**
 * Figures of the original were measured with its own binary on a machine of 2 processors that also ran Postgres,
 * RabbitMQ and the load: one coordinator, one worker with 24 slots, one-task jobs; hand-offs at 50 jobs a second. It
 * knows no other datastore than Postgres, so its standalone is compared with ours over Postgres.
 */
export const TARGETS: Readonly<Record<string, Target>> = {
  'jobs/distributed/noop/1': { original: 94, target: 500, aim: 950 },
  'jobs/distributed/shell/1': { original: 50, target: 200, aim: 350 },
  'jobs/standalone/noop/1': { original: 156 },
  'jobs/standalone/shell/1': { original: 78 },
  'hand-off/distributed/1/at-50/p50': { original: 10 },
  'hand-off/distributed/1/at-50/p95': { original: 20, target: 20 },
  'hand-off/distributed/1/at-half/p95': { target: 50 },
  'middleware/ratio': { target: 1.1 },
  'docker/ratio': { original: 1.48, target: 1.25, aim: 1.15 },
};

/** A figure beside its target. */
export interface Comparison extends Target {
  /** Of the figure to the original's. */
  ratio?: number;
  /** The harder of target and aim that holds; unknown where there is no target. */
  reached: 'aim' | 'target' | 'none' | 'unknown';
}

export function compare({ name, unit, median }: Figure): Comparison {
  const known: Target = TARGETS[name] ?? {};
  const { original, target, aim } = known;
  const holds = (limit: number) => (unit === '/s' ? median >= limit : median <= limit);
  const reached = () => {
    if (target === undefined) return 'unknown';
    if (aim !== undefined && holds(aim)) return 'aim';
    return holds(target) ? 'target' : 'none';
  };
  return { ...known, ...(original !== undefined && { ratio: median / original }), reached: reached() };
}
