import { fail } from '../errors/failure';
import { withArticle } from '../errors/words';
import { toIndex } from '../types/params';
import { Byte } from '../values/boxes';
import { describe, isAnyMap, isList, isMap, isNil } from '../values/kinds';
import { GeneralMap, StringMap } from '../values/maps';
import { byteAt, byteLength, sliceBytes } from '../values/text';
import type { List, Value } from '../values/value';
import type { Run } from './run';
import { SKIPPED, type Thunk } from './thunk';

/** `object.name`, which is also `object["name"]`. */
export function compileMember(object: Thunk, name: string, optional: boolean, at: number): Thunk {
  return (run) => {
    const value = object(run);
    if (value === SKIPPED || (optional && isNil(value))) return SKIPPED;
    if (value instanceof StringMap) return value.get(name) ?? '';
    if (isMap(value)) return value.get(name) ?? null;
    if (value instanceof GeneralMap) return value.get(name);
    return fail(`${withArticle(describe(value))} has no member ${name}`, at);
  };
}

/** `object[3]`. */
export function compileFixedIndex(object: Thunk, index: number, optional: boolean, at: number): Thunk {
  return (run) => {
    const value = object(run);
    if (isList(value) && index < value.length && index >= 0) return value[index] as Value;
    if (value === SKIPPED || (optional && isNil(value))) return SKIPPED;
    return itemOf(value, index, at, run);
  };
}

/** `object[key]`. */
export function compileIndex(object: Thunk, key: Thunk, optional: boolean, at: number): Thunk {
  return (run) => {
    const value = object(run);
    if (value === SKIPPED || (optional && isNil(value))) return SKIPPED;
    return itemOf(value, key(run), at, run);
  };
}

function itemOf(container: Value, key: Value, at: number, run: Run): Value {
  if (isList(container)) return container[place(key, container.length, 'list', at)] as Value;
  if (isAnyMap(container)) {
    run.at = at;
    if (container instanceof GeneralMap) return container.get(key);
    if (key !== null && typeof key !== 'string')
      return fail(`the key of a map must be a string, found ${describe(key)}`, at);
    return container.get(key ?? '') ?? (container instanceof StringMap ? '' : null);
  }
  if (typeof container === 'string') {
    run.step(1 + (container.length >> 2));
    return new Byte(byteAt(container, place(key, byteLength(container), 'string', at)));
  }
  return fail(`${withArticle(describe(container))} has no items`, at);
}

/** The place that an index means; negative ones count from the end. */
function place(key: Value, length: number, what: string, at: number): number {
  const index = toIndex(key);
  if (index === undefined) return fail(`the index of a ${what} must be an int, found ${describe(key)}`, at);
  const from = Number(index) < 0 ? length + Number(index) : Number(index);
  return from >= 0 && from < length
    ? from
    : fail(`the index is out of the bounds of the ${what}, whose length is ${length}`, at);
}

/** `object[from:to]`. Bounds beyond the ends mean the ends. */
export function compileSlice(object: Thunk, from: Thunk | undefined, to: Thunk | undefined, at: number): Thunk {
  return (run) => {
    const value = object(run);
    const start = from?.(run);
    const end = to?.(run);
    run.at = at;
    if (typeof value === 'string') return sliceText(value, start, end, at, run);
    if (isList(value)) return sliceList(value, start, end, at, run);
    return fail(`${withArticle(describe(value))} cannot be sliced`, at);
  };
}

function sliceText(text: string, from: Value | undefined, to: Value | undefined, at: number, run: Run): string {
  run.scan(text.length);
  const length = byteLength(text);
  const [start, end] = bounds(from, to, length, at);
  if (length !== text.length) {
    run.step(length); // the text is written out in bytes, and the slice made of them
    run.grow(end - start);
  }
  return sliceBytes(text, start, end);
}

function sliceList(list: List, from: Value | undefined, to: Value | undefined, at: number, run: Run): List {
  const [start, end] = bounds(from, to, list.length, at);
  run.grow(end - start);
  return list.slice(start, end);
}

function bounds(
  from: Value | undefined,
  to: Value | undefined,
  length: number,
  at: number,
): [start: number, end: number] {
  const end = to === undefined ? length : bound(to, length, at);
  const start = from === undefined ? 0 : bound(from, length, at);
  return [Math.min(start, end), end];
}

function bound(value: Value, length: number, at: number): number {
  const index = toIndex(value);
  if (index === undefined) return fail(`the bound of a slice must be an int, found ${describe(value)}`, at);
  const from = Number(index) < 0 ? length + Number(index) : Number(index);
  return Math.max(0, Math.min(length, from));
}
