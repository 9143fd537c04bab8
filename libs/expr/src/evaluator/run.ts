import { fail } from '../errors/failure';
import type { Environment } from '../environment/environment';
import type { Value } from '../values/value';
import { Time } from '../time/time';
import type { Budget } from './budget';
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
  private stepsBefore: number;
  private instant?: Time;

  constructor(
    readonly environment: Environment,
    private readonly limits: Limits,
    private readonly budget?: Budget,
  ) {
    this.memory = limits.memory;
    this.steps = budget ? Math.min(limits.steps, budget.remaining) : limits.steps;
    this.stepsBefore = this.steps;
  }

  /** An expression of the evaluation begins: its memory is counted anew, the steps of those before it go on. */
  begin(): void {
    this.memory = this.limits.memory;
    this.slots.length = 0;
    this.stepsBefore = this.steps;
    this.step(1);
  }

  /** An expression has ended. What it took of memory was work, too: the next ones have that many steps less. */
  end(): void {
    this.steps -= this.limits.memory - this.memory;
    this.budget?.spend(this.stepsBefore - this.steps);
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
