import { Environment, type ExpressionContext } from '../environment/environment';
import { defineFunction } from '../environment/define-function';
import { Byte, Float } from '../values/boxes';
import { entriesOf, sortedKeys } from '../values/entries';
import { floatText } from '../values/float-text';
import { isInt, isList, isMap } from '../values/kinds';
import { LangFunction } from '../values/lang-function';
import { GeneralMap, StringMap } from '../values/maps';
import { addInts, wrapInt } from '../values/ints';
import type { AnyMap, Int, Value, ValueMap } from '../values/value';
import { Duration } from '../time/duration';
import { formatTime, RFC3339_NANO } from '../time/format';
import { UTC } from '../time/location';
import { parseTime } from '../time/parse';
import { Time } from '../time/time';

/** Functions that an environment in a file can name. */
const FUNCTIONS: Readonly<Record<string, LangFunction>> = {
  add: defineFunction({
    name: 'add',
    params: ['int', 'int'],
    returns: 'int',
    call: (a, b) => addInts(a as Int, b as Int),
  }),
  greet: defineFunction({
    name: 'greet',
    params: ['string'],
    returns: 'string',
    call: (name) => `Hello, ${String(name)}`,
  }),
};

/** What the single key of a tagged object says about its value. */
const TAGS: Readonly<Record<string, (content: never) => Value>> = {
  $float: (content: number | string) => new Float(Number(content)),
  $int: (content: string) => wrapInt(BigInt(content)),
  $strings: (content: Record<string, string>) => new StringMap(content),
  $map: (pairs: [unknown, unknown][]) => {
    const map = new GeneralMap(null);
    for (const [key, value] of pairs) map.set(decodeValue(key), decodeValue(value));
    return map;
  },
  $time: (content: string) => {
    const time = parseTime('2006-01-02T15:04:05Z07:00', content, UTC);
    if (!time) throw new TypeError('$time needs an RFC 3339 text');
    return time;
  },
  $duration: (content: number | string) => new Duration(BigInt(content)),
  $fn: (content: string) => {
    const known = Object.hasOwn(FUNCTIONS, content) ? FUNCTIONS[content] : undefined;
    if (!known) throw new TypeError('$fn needs the name of a known function');
    return known;
  },
};

/**
 * Reads a value from JSON. Numbers without fraction are ints, objects maps; an object with one key that begins with `$`
 * stands for a value that JSON has no form for: `$float`, `$int`, `$strings`, `$map`, `$time`, `$duration`, `$fn`.
 */
export function decodeValue(json: unknown): Value {
  if (json === null || json === undefined) return null;
  if (typeof json === 'number') return Number.isSafeInteger(json) ? json + 0 : new Float(json);
  if (typeof json === 'string' || typeof json === 'boolean') return json;
  if (Array.isArray(json)) return json.map(decodeValue);
  if (typeof json !== 'object') throw new TypeError(`a ${typeof json} is no JSON`);
  const entries = Object.entries(json);
  const [[tag, content] = ['', undefined]] = entries;
  const read = entries.length === 1 && Object.hasOwn(TAGS, tag) ? TAGS[tag] : undefined;
  if (read) return read(content as never);
  return new Map(entries.map(([key, value]) => [key, decodeValue(value)]));
}

/** Reads an environment: an object whose members are the names. */
export function decodeEnvironment(
  json: unknown,
  functions: ReadonlyMap<string, LangFunction> = new Map(),
): Environment {
  if (json !== null && json !== undefined && (typeof json !== 'object' || Array.isArray(json))) {
    throw new TypeError('an environment must be an object');
  }
  const context: ExpressionContext = Object.fromEntries(
    Object.entries(json ?? {}).map(([name, value]) => [name, decodeValue(value)]),
  );
  return new Environment(context, functions);
}

/**
 * Writes a value as JSON, as `decodeValue` reads it, with two differences: floats are plain numbers, and what has only a
 * text form (months, locations, functions) becomes that text.
 */
export function encodeValue(value: Value): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number')
    return value;
  if (typeof value === 'bigint') return { $int: String(value) };
  if (value instanceof Byte) return value.value;
  if (value instanceof Float) return Number.isFinite(value.value) ? value.value : { $float: floatText(value.value) };
  if (isList(value)) return value.map(encodeValue);
  if (isMap(value)) return encodeMap(value);
  if (value instanceof StringMap)
    return value.absent ? null : { $strings: Object.fromEntries(value.keys().map((key) => [key, value.get(key)])) };
  if (value instanceof GeneralMap) return encodeGeneralMap(value);
  if (value instanceof Time) return { $time: formatTime(value, RFC3339_NANO) };
  if (value instanceof Duration) return { $duration: encodeNanos(value.ns) };
  return value instanceof LangFunction ? { $fn: value.callable.name } : String(value);
}

/** A map with a key like a tag would be read as something else. */
function encodeMap(map: ValueMap): unknown {
  const keys = [...map.keys()];
  const [first = ''] = keys;
  if (map.size === 1 && first.startsWith('$')) return { $map: pairsOf(map) };
  return Object.fromEntries(keys.map((key) => [key, encodeValue(map.get(key) ?? null)]));
}

/** One whose keys are all strings looks like any other map. */
function encodeGeneralMap(map: GeneralMap): unknown {
  const keys = sortedKeys(map);
  if (!keys.every((key) => typeof key === 'string')) return { $map: pairsOf(map) };
  return encodeMap(new Map(keys.map((key) => [key, map.get(key)])));
}

function pairsOf(map: AnyMap): unknown {
  return sortedKeys(map).map((key) => [encodeValue(key), encodeValue(entriesOf(map).get(key) ?? null)]);
}

function encodeNanos(ns: bigint): number | string {
  const number = Number(ns);
  return Number.isSafeInteger(number) && isInt(number) ? number : String(ns);
}
