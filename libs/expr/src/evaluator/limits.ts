/** What an evaluation may use up. Whoever reaches a limit gets an error; no expression can take the host down. */
export interface Limits {
  /** Units of memory: items of lists and maps, characters of new texts. */
  readonly memory: number;
  /**
   * Calls of closures, comparisons of items, and such; a second or so of work. Shared by a whole template, whose
   * expressions that came before count with what they took of memory, too.
   */
  readonly steps: number;
  /** Characters of a rendered template. */
  readonly output: number;
}

export const DEFAULT_LIMITS: Limits = { memory: 1_000_000, steps: 10_000_000, output: 4_000_000 };

/** The limits of an evaluation: the defaults, but for what is given. */
export function limitsOf(given: Partial<Limits> | undefined): Limits {
  return given ? { ...DEFAULT_LIMITS, ...given } : DEFAULT_LIMITS;
}

/** Nodes of a syntax tree. */
export const MAX_NODES = 10_000;

/** Levels of nested expressions in a source: far more than anyone reads, far less than the stack holds. */
export const MAX_SOURCE_DEPTH = 1_000;

/** Levels of lists and maps in data, wherever a value is walked. */
export const MAX_DATA_DEPTH = 1_000;

/** Levels of lists that `flatten` takes, which needs no stack for them. */
export const MAX_FLATTEN_DEPTH = 10_000;

/** Characters of an expression. */
export const MAX_SOURCE_LENGTH = 200_000;
