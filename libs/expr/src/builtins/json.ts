import { fail } from '../errors/failure';
import { MAX_DATA_DEPTH } from '../evaluator/limits';
import type { Run } from '../evaluator/run';
import { Byte, Float } from '../values/boxes';
import { entriesOf, sortedKeys } from '../values/entries';
import { describe, isInt, isList, isMap, isNil } from '../values/kinds';
import { StringMap } from '../values/maps';
import { wellFormed } from '../values/text';
import type { Value, ValueMap } from '../values/value';
import { formatTime, RFC3339_NANO } from '../time/format';
import { Duration } from '../time/duration';
import { Month, Weekday } from '../time/month';
import { Time } from '../time/time';

/** JSON indented by two spaces, with sorted keys and without characters that HTML would act on. */
export function toJson(value: Value, run: Run, depth = 0): string {
  if (depth > MAX_DATA_DEPTH) return fail('data is nested too deeply');
  if (isList(value) && !isNil(value)) {
    const items: string[] = [];
    for (const item of value) items.push(toJson(item, run, depth + 1));
    return bracketed(items, '[', ']', run, depth);
  }
  if (isMap(value) || (value instanceof StringMap && !value.absent)) {
    const entries = entriesOf(value);
    const members: string[] = [];
    for (const key of sortedKeys(value)) {
      members.push(`${jsonString(String(key))}: ${toJson(entries.get(key) as Value, run, depth + 1)}`);
    }
    return bracketed(members, '{', '}', run, depth);
  }
  const text = scalarJson(value);
  run.grow(text.length + 2);
  return text;
}

function bracketed(parts: readonly string[], open: string, close: string, run: Run, depth: number): string {
  if (parts.length === 0) return open + close;
  const indent = '\n' + '  '.repeat(depth);
  run.grow((parts.length + 1) * (indent.length + 3));
  return `${open}${indent}  ${parts.join(`,${indent}  `)}${indent}${close}`;
}

function scalarJson(value: Value): string {
  if (isNil(value)) return 'null';
  if (typeof value === 'string') return jsonString(value);
  if (typeof value === 'boolean' || isInt(value)) return String(value);
  if (value instanceof Float) return jsonFloat(value.value);
  if (value instanceof Byte || value instanceof Month || value instanceof Weekday) return String(value.value);
  if (value instanceof Duration) return String(value.ns);
  if (value instanceof Time) return jsonString(formatTime(value, RFC3339_NANO));
  return fail(
    `toJSON cannot write a ${describe(value)}${describe(value) === 'map' ? ' with keys that are no strings' : ''}`,
  );
}

function jsonFloat(value: number): string {
  if (!Number.isFinite(value)) return fail('toJSON cannot write NaN or an infinite number');
  return Object.is(value, -0) ? '-0' : String(value);
}

const ESCAPED = /[<>&\u2028\u2029]/g;

function jsonString(text: string): string {
  const json = JSON.stringify(wellFormed(text));
  return json.replace(ESCAPED, (character) => '\\u' + character.charCodeAt(0).toString(16).padStart(4, '0'));
}

/** Reads strict JSON. All numbers become floats, objects maps. */
export function fromJson(text: string, run: Run): Value {
  run.step((text.length >> 3) + 1);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return fail('fromJSON needs valid JSON'); // the host's message would quote the text, which may be a secret
  }
  return toValue(parsed, run, 0);
}

function toValue(json: unknown, run: Run, depth: number): Value {
  if (depth > MAX_DATA_DEPTH) return fail('data is nested too deeply');
  run.grow(1);
  if (json === null || typeof json === 'boolean') return json;
  if (typeof json === 'string') return wellFormed(json);
  if (typeof json === 'number')
    return Number.isFinite(json) ? new Float(json) : fail('fromJSON found a number out of range');
  const items: Value[] = [];
  if (Array.isArray(json)) {
    for (const item of json) items.push(toValue(item, run, depth + 1));
    return items;
  }
  return toMap(json as object, run, depth);
}

function toMap(json: object, run: Run, depth: number): ValueMap {
  const map = new Map<string, Value>();
  for (const key of Object.keys(json)) map.set(key, toValue((json as Record<string, unknown>)[key], run, depth + 1));
  return map;
}
