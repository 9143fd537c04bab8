import { define, type Callable } from '../types/callable';
import { index, list, text } from '../types/params';
import { BOOL, INT, listOf, STRING } from '../types/type';
import { fail } from '../errors/failure';
import type { Run } from '../evaluator/run';
import { describe } from '../values/kinds';
import { indexOfBytes, lowerCase, trimCharacters, trimSpace, upperCase } from '../values/text';
import type { Int, List } from '../values/value';

const MAX_REPEAT = 1_000_000;

/** Section "strings" of the built-ins. */
export const TEXT_BUILTINS: readonly Callable[] = [
  define('trim', [text], STRING, trim, [text]),
  define('trimPrefix', [text], STRING, trimPrefix, [text]),
  define('trimSuffix', [text], STRING, trimSuffix, [text]),
  define('upper', [text], STRING, upper),
  define('lower', [text], STRING, lower),
  define('split', [text, text], listOf(STRING), (run, s, by, n = -1) => split(run, s, by, Number(n), false), [index]),
  define('splitAfter', [text, text], listOf(STRING), (run, s, by, n = -1) => split(run, s, by, Number(n), true), [
    index,
  ]),
  define('replace', [text, text, text], STRING, replace, [index]),
  define('repeat', [text, index], STRING, repeat),
  define('join', [list], STRING, join, [text]),
  define('indexOf', [text, text], INT, (run, s, part) => find(run, s, part, false)),
  define('lastIndexOf', [text, text], INT, (run, s, part) => find(run, s, part, true)),
  define('hasPrefix', [text, text], BOOL, hasPrefix),
  define('hasSuffix', [text, text], BOOL, hasSuffix),
];

function trim(run: Run, s: string, characters?: string): string {
  if (characters !== undefined) run.grow(s.length); // cut into characters
  const trimmed = characters === undefined ? trimSpace(s) : trimCharacters(s, characters);
  run.step(1 + s.length - trimmed.length);
  return trimmed;
}

function hasPrefix(run: Run, s: string, prefix: string): boolean {
  run.scan(prefix.length);
  return s.startsWith(prefix);
}

function hasSuffix(run: Run, s: string, suffix: string): boolean {
  run.scan(suffix.length);
  return s.endsWith(suffix);
}

function trimPrefix(run: Run, s: string, prefix = ' '): string {
  return hasPrefix(run, s, prefix) ? s.slice(prefix.length) : s;
}

function trimSuffix(run: Run, s: string, suffix = ' '): string {
  return hasSuffix(run, s, suffix) ? s.slice(0, s.length - suffix.length) : s;
}

function upper(run: Run, s: string): string {
  run.grow(s.length);
  return upperCase(s);
}

function lower(run: Run, s: string): string {
  run.grow(s.length);
  return lowerCase(s);
}

/** Byte offset of the first or last occurrence. */
function find(run: Run, s: string, part: string, last: boolean): number {
  run.scan(s.length);
  return indexOfBytes(s, part, last);
}

/** `limit` is the highest number of parts; below 0 there is none. `keep` leaves the separators at the ends of the parts. */
function split(run: Run, s: string, separator: string, limit: number, keep: boolean): string[] {
  if (limit === 0) return [];
  run.scan(s.length);
  if (separator === '') return characters(run, s, limit);
  const parts: string[] = [];
  let from = 0;
  let found = s.indexOf(separator);
  while (found >= 0 && parts.length !== limit - 1) {
    run.grow(1);
    parts.push(s.slice(from, keep ? found + separator.length : found));
    from = found + separator.length;
    found = s.indexOf(separator, from);
  }
  parts.push(s.slice(from));
  return parts;
}

function characters(run: Run, s: string, limit: number): string[] {
  run.grow(s.length);
  const parts = [...s];
  if (limit > 0 && parts.length > limit) parts.push(parts.splice(limit - 1).join(''));
  return parts;
}

/** An empty `old` is found before every character and at the end. */
function replace(run: Run, s: string, old: string, replacement: string, n: Int = -1): string {
  const limit = n < 0 ? Infinity : Number(n);
  const parts = old === '' ? ['', ...characters(run, s, -1), ''] : split(run, s, old, limit + 1, false);
  if (old === '' && parts.length > limit + 1) parts.push(parts.splice(limit).join(''));
  run.grow(s.length + (parts.length - 1) * Math.max(replacement.length - old.length, 0));
  return parts.join(replacement);
}

function repeat(run: Run, s: string, n: Int): string {
  if (n < 0) return fail('repeat needs a count that is not negative');
  if (n > MAX_REPEAT) return fail(`repeat takes at most ${MAX_REPEAT} times`);
  run.grow(s.length * Number(n));
  return s.repeat(Number(n));
}

function join(run: Run, items: List, separator = ''): string {
  let length = 0;
  for (const item of items) {
    if (typeof item !== 'string') return fail(`join needs a list of strings, found ${describe(item)} in it`);
    length += item.length + separator.length;
  }
  run.step(items.length + 1);
  run.grow(length);
  return items.join(separator);
}
