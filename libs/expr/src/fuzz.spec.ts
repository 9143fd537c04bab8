import { compile, defineFunction, evaluate, ExpressionError, float, record, render, stringMap } from './index';
import { isAnyMap, isList } from './values/kinds';
import { entriesOf } from './values/entries';
import type { Value } from './values/value';
import { Duration } from './time/duration';
import { Random, SourceGenerator } from './testing/generator';

/** Set `TORK_FUZZ_SEED` to look at other sources, `TORK_FUZZ_COUNT` to look at more. */
const SEED = Number(process.env.TORK_FUZZ_SEED ?? 1);
const COUNT = Number(process.env.TORK_FUZZ_COUNT ?? 100_000);

const LIMITS = { steps: 20_000, memory: 5_000, output: 20_000 };

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}

const shared = {
  t: true,
  i: 7,
  x: 2.5,
  text: 'a,b',
  list: [3, 1, 2],
  users: [
    { name: 'Ann', a: 30 },
    { name: 'Bob', a: 25 },
  ],
  when: new Date('2024-03-10T12:34:56Z'),
};

const context = {
  u: { ...shared, dur: new Duration(90_000_000_000n) },
  ...deepFreeze({
    item: { index: '3', value: { a: [1, 2.5, 'x', null, { b: true }], name: 'n' } },
    ...shared,
    s: ['b', 'a', 'c'],
    m: { a: { a: 1 }, name: 'm', 'a b': 2 },
    nul: null,
  }),
  inputs: stringMap(Object.freeze({ a: '1', name: 'Ada', json: '{"k":[1,null]}' })),
  tasks: stringMap(undefined),
  g: record(deepFreeze({ a: 1, name: 'r', value: null })),
  dur: new Duration(5_400_000_000_000n),
  x2: float(2),
  add: defineFunction({ name: 'add', params: ['int', 'int'], returns: 'int', call: (a, b) => Number(a) + Number(b) }),
  greet: defineFunction({
    name: 'greet',
    params: ['string'],
    returns: 'string',
    call: (name) => `Hello, ${String(name)}`,
  }),
};

/** Prototypes that a value of the language may have; nothing else of the host may come out of an expression. */
const PROTOTYPES = new Set([
  'Array',
  'Map',
  'HostMap',
  'StringMap',
  'GeneralMap',
  'Float',
  'Byte',
  'Time',
  'Duration',
  'ZoneLocation',
  'FixedLocation',
  'Month',
  'Weekday',
  'LangFunction',
]);

function isOfTheLanguage(value: Value, depth = 0): boolean {
  if (value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value)) return true;
  if (typeof value !== 'object' || !PROTOTYPES.has(value.constructor.name) || depth > 50) return false;
  if (isList(value)) return value.every((item) => isOfTheLanguage(item, depth + 1));
  if (!isAnyMap(value)) return true;
  const entries = entriesOf(value);
  return [...entries.keys()].every((key) => isOfTheLanguage(entries.get(key) ?? null, depth + 1));
}

/** What an expression gives, and in which phase it fails; anything but an ExpressionError fails the test. */
function outcome(run: () => Value): { value: Value } | { error: ExpressionError } {
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof ExpressionError) return { error };
    throw error;
  }
}

function examine(source: string): string | undefined {
  const result = outcome(() => evaluate(source, context, { limits: LIMITS }));
  if ('error' in result) {
    const { column, line, reason } = result.error;
    if (reason === 'internal error' || !(column >= 1) || !(line >= 1)) return `bad error: ${result.error.message}`;
    return undefined;
  }
  if (!isOfTheLanguage(result.value)) return 'gives what is no value of the language';
  // What runs with names that are known, compiles where they are not.
  const open = outcome(() => (compile(source), null));
  return 'error' in open ? `runs, but does not compile without a context: ${open.error.message}` : undefined;
}

it(`${COUNT} sources neither crash, hang nor escape`, () => {
  const random = new Random(SEED);
  const generator = new SourceGenerator(random);
  const faults: { source: string; fault: string }[] = [];
  let evaluated = 0;
  let slowest = { source: '', ms: 0 };
  for (let n = 0; n < COUNT; n++) {
    const kind = random.below(10);
    const written = kind < 7 ? generator.expression(1 + random.below(4)) : generator.tokens();
    const source = kind === 6 || kind === 9 ? generator.damaged(written) : written;
    const start = process.cpuUsage();
    let fault: string | undefined;
    try {
      fault = examine(source);
      if (n % 10 === 0) render(`a {{ ${source} }} b`, context, { limits: LIMITS });
    } catch (error) {
      if (!(error instanceof ExpressionError)) fault = `crashes: ${String(error)}`;
    }
    const ms = process.cpuUsage(start).user / 1000;
    if (ms > slowest.ms) slowest = { source, ms };
    if (fault) faults.push({ source, fault });
    else evaluated++;
  }

  expect(faults).toEqual([]);
  expect(evaluated).toBe(COUNT);
  // A source takes some ten microseconds; this one may have met a garbage collection.
  expect(slowest.ms < 1000 || slowest).toBe(true);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>).a).toBeUndefined();
}, 120_000);

it('most generated sources compile, so that the test tests something', () => {
  const random = new Random(SEED + 1);
  const generator = new SourceGenerator(random);
  const sources = Array.from({ length: 2000 }, () => generator.expression(2));
  const compiled = sources.filter((source) => !('error' in outcome(() => (compile(source), null))));

  expect(compiled.length).toBeGreaterThan(600);
});
