import { RE2JS } from 're2js';
import { fail } from '../errors/failure';
import { Recent } from '../cache/recent';

/** A regular expression in RE2's dialect, whose engine needs time linear in the text. */
export interface Pattern {
  /** Whether it occurs anywhere in the text. */
  test(text: string): boolean;
  /** Instructions of its program: each may be tried at every character. */
  readonly size: number;
  /** What compiling it takes, in steps of a run. */
  readonly cost: number;
}

/** Characters of a pattern. */
const MAX_LENGTH = 5_000;

/** Bound for the instructions that counted repetitions unfold to. */
const MAX_UNFOLDED = 20_000;

/** Steps for each character of a pattern: classes such as `\pL` without regard to case take up to 30 µs. */
const COST_OF_CHARACTER = 300;
/** Steps for each instruction, which takes about 3 µs. */
const COST_OF_INSTRUCTION = 60;

/** The cost that all patterns of one source may have together; half a second at most. */
export const MAX_LITERAL_COST = 6_000_000;

const compiled = new Recent<Pattern>(200_000);

/**
 * Compiles a pattern; fails if it is none, or if its program would be out of proportion. `charge` hears of the cost
 * before it arises; patterns that were in use lately cost nothing.
 */
export function compilePattern(source: string, charge?: (cost: number) => void): Pattern {
  let pattern = compiled.get(source);
  if (!pattern) compiled.set(source, (pattern = compile(source, charge)), source.length);
  return pattern;
}

function compile(source: string, charge?: (cost: number) => void): Pattern {
  const unfolded = source.length > MAX_LENGTH ? Infinity : unfoldedSize(source);
  if (unfolded > MAX_UNFOLDED) fail('regular expression is too large');
  const cost = source.length * COST_OF_CHARACTER + unfolded * COST_OF_INSTRUCTION;
  charge?.(cost);
  try {
    const regex = RE2JS.compile(source);
    return { test: (text) => regex.test(text), size: regex.programSize(), cost };
  } catch (error) {
    // The library quotes the part of the pattern at fault, which may come from a secret: only the rule is kept.
    const rule = error instanceof Error ? /error parsing regexp: ([^:`]*)/.exec(error.message)?.[1]?.trim() : undefined;
    return fail(`not a regular expression: ${rule ?? 'it cannot be compiled'}`);
  }
}

/** An atom as far as sizes go: escape, class, bracket of a group, counted repetition, or any other character. */
const ATOM = /\\.|\[(?:\\.|[^\]\\])+\]|\{(?<from>\d{1,5})(?:,(?<to>\d{0,5}))?\}|[^]/g;

/** About how many instructions a pattern has once its counted repetitions are written out. */
function unfoldedSize(source: string): number {
  const outer: number[] = [];
  let size = 0;
  let last = 0;
  for (const { 0: atom, groups } of source.matchAll(ATOM)) {
    if (atom === '(') {
      outer.push(size);
      size = 0;
    } else if (atom === ')') {
      last = size + 2;
      size = (outer.pop() ?? 0) + last;
    } else if (groups?.from !== undefined) {
      size += last * (Math.max(Number(groups.from), Number(groups.to ?? 0)) - 1);
    } else {
      last = 1;
      size++;
    }
  }
  return size;
}
