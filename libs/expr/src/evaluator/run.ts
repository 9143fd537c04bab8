import { fail } from '../errors/failure';
import type { Environment } from '../environment/environment';
import type { Value } from '../values/value';
import { Time } from '../time/time';
import type { Limits } from './limits';

/** One evaluation: what it sees, the variables of its closures, and what is left of its budgets. */
export class Run {
  /** Offset of the part that is being evaluated, for errors from functions that do not know where they are called. */
  at = 0;
  /** `let` variables and the element, index and accumulator of closures, by the slot that the compiler gave each. */
  readonly slots: Value[] = [];
  /** The value so far of a long chain of operators. */
  carried: Value = null;
  private memory: number;
  private steps: number;
  private instant?: Time;

  constructor(
    readonly environment: Environment,
    private readonly limits: Limits,
  ) {
    this.memory = limits.memory;
    this.steps = limits.steps;
  }

  /** Begins the next expression of a template: memory is counted anew, steps go on. */
  next(): void {
    this.memory = this.limits.memory;
    this.slots.length = 0;
  }

  /** The instant that `now()` returns: the same for the whole evaluation. */
  now(): Time {
    return (this.instant ??= Time.fromDate(new Date()));
  }

  /** Charges items or characters that come into being. Call it before they do. */
  grow(units: number): void {
    this.memory -= units;
    if (!(this.memory > 0)) fail('memory budget exceeded');
  }

  /** Charges work. */
  step(count: number): void {
    this.steps -= count;
    if (!(this.steps > 0)) fail('step budget exceeded');
  }

  /** Charges a walk over a text, which the host does many characters at a time. */
  scan(characters: number): void {
    if (characters > 64) this.step(characters >> 6);
  }
}
