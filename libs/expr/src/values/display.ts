import { MAX_DATA_DEPTH } from '../evaluator/limits';
import type { Run } from '../evaluator/run';
import { fail } from '../errors/failure';
import { Byte, Float } from './boxes';
import { entriesOf, sortedKeys } from './entries';
import { floatText } from './float-text';
import { isAnyMap, isList } from './kinds';
import { LangFunction } from './lang-function';
import type { Value } from './value';
import { formatTime, STRING_LAYOUT } from '../time/format';
import { Time } from '../time/time';

/** The text form of a value, as templates and `string()` show it. Charges what is in lists and maps. */
export function textOf(value: Value, run: Run): string {
  if (typeof value === 'string') return value;
  return isList(value) || isAnyMap(value) ? nestedText(value, run, 0) : scalarText(value);
}

function scalarText(value: Value): string {
  if (value === null) return '<nil>';
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Byte) return String(value.value);
  if (value instanceof Time) return formatTime(value, STRING_LAYOUT);
  if (value instanceof LangFunction) return '<func>';
  return String(value);
}

/**
 * Shared parts are shown, and charged, once for every place: small sources can have values of exponential size. Loops
 * rather than callbacks, because each level of the data is one of the stack.
 */
function nestedText(value: Value, run: Run, depth: number): string {
  if (depth > MAX_DATA_DEPTH) return fail('data is nested too deeply');
  if (isList(value)) {
    run.grow(2);
    const items: string[] = [];
    for (const item of value) items.push(nestedText(item, run, depth + 1));
    return `[${items.join(' ')}]`;
  }
  if (isAnyMap(value)) {
    run.grow(5);
    const entries = entriesOf(value);
    const pairs: string[] = [];
    for (const key of sortedKeys(value)) {
      pairs.push(`${nestedText(key, run, depth + 1)}:${nestedText(entries.get(key) as Value, run, depth + 1)}`);
    }
    return `map[${pairs.join(' ')}]`;
  }
  const text = typeof value === 'string' ? value : scalarText(value);
  run.grow(text.length + 1);
  return text;
}
