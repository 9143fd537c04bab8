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
  define('trimPrefix', [text], STRING, (_run, s, prefix = ' ') => (s.startsWith(prefix) ? s.slice(prefix.length) : s), [
    text,
  ]),
  define(
    'trimSuffix',
    [text],
    STRING,
    (_run, s, suffix = ' ') => (s.endsWith(suffix) ? s.slice(0, s.length - suffix.length) : s),
    [text],
  ),
  define('upper', [text], STRING, (run, s) => (run.grow(s.length), upperCase(s))),
  define('lower', [text], STRING, (run, s) => (run.grow(s.length), lowerCase(s))),
  define(
    'split',
    [text, text],
    listOf(STRING),
    (run, s, separator, n = -1) => split(run, s, separator, Number(n), false),
    [index],
  ),
  define(
    'splitAfter',
    [text, text],
    listOf(STRING),
    (run, s, separator, n = -1) => split(run, s, separator, Number(n), true),
    [index],
  ),
  define('replace', [text, text, text], STRING, replace, [index]),
  define('repeat', [text, index], STRING, repeat),
  define('join', [list], STRING, join, [text]),
  define('indexOf', [text, text], INT, (run, s, part) => (run.scan(s.length), indexOfBytes(s, part, false))),
  define('lastIndexOf', [text, text], INT, (run, s, part) => (run.scan(s.length), indexOfBytes(s, part, true))),
  define('hasPrefix', [text, text], BOOL, (_run, s, prefix) => s.startsWith(prefix)),
  define('hasSuffix', [text, text], BOOL, (_run, s, suffix) => s.endsWith(suffix)),
];

function trim(run: Run, s: string, characters?: string): string {
  run.scan(s.length);
  if (characters === undefined) return trimSpace(s);
  run.grow(s.length);
  return trimCharacters(s, characters);
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
