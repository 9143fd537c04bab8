import { parseArgs } from 'node:util';

export interface Options {
  /** Where the figures go as JSON. */
  json?: string;
  /** Selects figures by their name. */
  only: RegExp;
  /** Where each process under measurement leaves its CPU profile. */
  profile?: string;
  effort: Effort;
  /** Show the names of the figures, or the usage, and do nothing else. */
  list: boolean;
  help: boolean;
}

/** How much is done for a figure. */
export interface Effort {
  /** Rounds of which a figure is the median. */
  rounds: number;
  /** How long a round of a rate lasts, about. */
  roundSeconds: number;
  /** How long one of a floor lasts. */
  floorSeconds: number;
  /** How long one of latency lasts. */
  pacedSeconds: number;
  /** The rate is warm once it was measured over a time of this length. */
  warmUpSeconds: number;
  /** Containers of each kind that are compared. */
  containers: number;
}

const FULL: Effort = {
  rounds: 5,
  roundSeconds: 8,
  floorSeconds: 3,
  pacedSeconds: 6,
  warmUpSeconds: 4,
  containers: 30,
};
const QUICK: Effort = {
  rounds: 1,
  roundSeconds: 0.5,
  floorSeconds: 0.3,
  pacedSeconds: 1,
  warmUpSeconds: 0.1,
  containers: 2,
};

export const USAGE = `Measures Tork beside the floors of this machine.

  npm run bench -- [options]

  --only REGEX     only the figures whose name matches, e.g. '^jobs/distributed/noop/1$'; --list shows all
  --json FILE      write the figures to a file, too
  --quick          a few seconds, to see that it works; the figures say nothing
  --rounds N       rounds of which each figure is the median (${FULL.rounds})
  --profile DIR    write a V8 CPU profile of each process to DIR/<topology>-<runtime>-<mode>/
  --list           show the names of the figures
  --help           show this`;

/** A fault of the command line, in a sentence. */
export class UsageError extends Error {}

/** Throws {@link UsageError}. */
export function parseOptions(args: string[]): Options {
  const { json, only, profile, quick, rounds, list, help } = parsed(args);
  const effort = { ...(quick ? QUICK : FULL), ...(rounds !== undefined && { rounds: positive(rounds) }) };
  return { json, profile, help, list, only: pattern(only), effort };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        json: { type: 'string' },
        only: { type: 'string', default: '' },
        profile: { type: 'string' },
        quick: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new UsageError(`--only: ${(error as Error).message}`);
  }
}

function positive(text: string): number {
  const n = Number(text);
  if (Number.isInteger(n) && n > 0) return n;
  throw new UsageError(`--rounds: expected a whole number above 0, found '${text}'`);
}
