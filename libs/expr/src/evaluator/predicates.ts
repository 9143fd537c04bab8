import { sorted } from '../builtins/sorting';
import { fail } from '../errors/failure';
import { text } from '../types/params';
import { ABSENT_LIST, describe, isList } from '../values/kinds';
import { GeneralMap } from '../values/maps';
import { add, isNumber } from '../values/numbers';
import type { Int, List, Value } from '../values/value';
import type { Float } from '../values/boxes';
import type { Run } from './run';
import type { ClosureSlots } from './slots';
import type { Thunk } from './thunk';

/** A closure of a source: what to evaluate, and where it finds its variables. */
export interface Closure {
  readonly body: Thunk;
  readonly slots: ClosureSlots;
  /** Steps that one call is charged with. */
  readonly cost: number;
}

export interface Predicate {
  /** The built-in as it is written, for messages. */
  readonly name: string;
  /** What it does. */
  readonly way: Way;
  readonly list: Thunk;
  readonly closure?: Closure;
  /** Order of `sortBy`, start of `reduce`, number at which `count` may stop. */
  readonly extra?: Thunk;
  readonly at: number;
}

/** A built-in with a closure. */
export function compilePredicate({ name, way, list, closure, extra, at }: Predicate): Thunk {
  const loop: Loop = LOOPS[way];
  return (run) => {
    const items = list(run);
    if (!isList(items)) return fail(`argument 1 of ${name} must be a list, found ${describe(items)}`, at);
    return loop(new Calls(run, closure, name, at), items, extra?.(run));
  };
}

/** The calls of one closure in one evaluation. */
class Calls {
  constructor(
    readonly run: Run,
    private readonly closure: Closure | undefined,
    readonly name: string,
    readonly at: number,
  ) {}

  /** What the closure makes of an element; without a closure, the element itself. */
  value(item: Value, index: number): Value {
    const { run, closure } = this;
    if (!closure) return item;
    run.at = this.at;
    run.step(closure.cost);
    run.slots[closure.slots.element] = item;
    run.slots[closure.slots.index] = index;
    return closure.body(run);
  }

  /** The same for closures that answer yes or no. */
  test(item: Value, index: number): boolean {
    const answer = this.value(item, index);
    if (typeof answer === 'boolean') return answer;
    return fail(`${this.name} needs bools, found ${describe(answer)}`, this.at);
  }

  accumulate(total: Value, item: Value, index: number): Value {
    if (this.closure) this.run.slots[this.closure.slots.accumulator] = total;
    return this.value(item, index);
  }

  grow(units: number): void {
    this.run.at = this.at;
    this.run.grow(units);
  }

  fail(reason: string): never {
    return fail(reason, this.at);
  }
}

type Loop = (calls: Calls, items: List, extra: Value | undefined) => Value;

/** Index of the first element that passes, or -1. */
const first = (calls: Calls, items: List) => items.findIndex((item, i) => calls.test(item, i));
/** Index of the last one. */
const last = (calls: Calls, items: List) => items.findLastIndex((item, i) => calls.test(item, i));

const LOOPS = {
  all: (calls, items) => items.every((item, i) => calls.test(item, i)),
  any: (calls, items) => first(calls, items) >= 0,
  none: (calls, items) => first(calls, items) < 0,
  one: (calls, items) => countMatches(calls, items, undefined) === 1,
  count: countMatches,
  filter: (calls, items) => {
    const matching = items.filter((item, i) => calls.test(item, i));
    calls.grow(matching.length);
    return matching;
  },
  map: (calls, items) => {
    calls.grow(items.length);
    return items.map((item, i) => calls.value(item, i));
  },
  find: (calls, items) => items[first(calls, items)] ?? null,
  findLast: (calls, items) => items[last(calls, items)] ?? null,
  findIndex: (calls, items) => indexOrNil(first(calls, items)),
  findLastIndex: (calls, items) => indexOrNil(last(calls, items)),
  firstOrFail: (calls, items) => itemAt(calls, items, first(calls, items)),
  lastOrFail: (calls, items) => itemAt(calls, items, last(calls, items)),
  groupBy,
  sortBy,
  sum,
  reduce,
} satisfies Record<string, Loop>;

/** What a built-in with a closure can do: mostly what it is called, see `Shortcut` for the rest. */
export type Way = keyof typeof LOOPS;

export function isWay(name: string): name is Way {
  return Object.hasOwn(LOOPS, name);
}

/** `enough` is a number at which counting may stop. */
function countMatches(calls: Calls, items: List, enough: Value | undefined): number {
  let count = 0;
  for (let i = 0; i < items.length && count !== enough; i++) {
    if (calls.test(items[i] as Value, i)) count++;
  }
  return count;
}

function itemAt(calls: Calls, items: List, index: number): Value {
  if (index < 0) return calls.fail('the index is out of the bounds of the list, whose length is 0');
  return items[index] as Value;
}

function indexOrNil(index: number): Value {
  return index < 0 ? null : index;
}

function groupBy(calls: Calls, items: List): Value {
  const groups = new GeneralMap(ABSENT_LIST);
  items.forEach((item, i) => {
    const key = calls.value(item, i);
    calls.grow(1);
    const group = groups.get(key) as Value[];
    if (group === ABSENT_LIST) groups.set(key, [item]);
    else group.push(item);
  });
  return groups;
}

function sortBy(calls: Calls, items: List, order: Value = 'asc'): Value {
  const direction = text.read(order) ?? calls.fail(`argument 3 of sortBy must be a string, found ${describe(order)}`);
  const keys = items.map((item, i) => calls.value(item, i));
  calls.run.at = calls.at;
  return sorted(calls.run, items, keys, direction);
}

function sum(calls: Calls, items: List): Value {
  let total: Int | Float = 0;
  items.forEach((item, i) => {
    const value = calls.value(item, i);
    total = isNumber(value) ? add(total, value) : calls.fail(`sum needs numbers, found ${describe(value)}`);
  });
  return total;
}

/** Without a start, the first element is it. */
function reduce(calls: Calls, items: List, start: Value | undefined): Value {
  if (start !== undefined) return items.reduce((total, item, i) => calls.accumulate(total, item, i), start);
  if (items.length === 0) return calls.fail('reduce of an empty list needs a start value');
  return items.reduce((total, item, i) => calls.accumulate(total, item, i));
}
