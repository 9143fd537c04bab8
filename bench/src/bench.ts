import type { Figure } from './figures';
import type { Effort } from './options';

/** What measures are given. */
export interface Bench {
  effort: Effort;
  /** Aborts when the user interrupts. */
  signal: AbortSignal;
  /** Below this, processes under measurement leave their CPU profiles. */
  profileFolder?: string;
  /** Whether the user asked for a figure; whoever measures it anyway reports it, too. */
  wants(name: string): boolean;
  report(figure: Figure): void;
}

/** Brings figures that are measured together, because they share a system or take turns. */
export interface Measure {
  /** Names of all that it can bring. */
  figures: readonly string[];
  run(bench: Bench): Promise<void>;
}
