/**
 * Postgres cannot keep NUL characters and halves of surrogate pairs. Both show in JSON as escapes, so that a batch is
 * searched for them at native speed; only if they may be there, the values are looked at one by one.
 */
export const mayHoldUnstorable = (json: string): boolean => json.includes('\\u0000') || json.includes('\\ud');

/** Any text may be looked for; one with a NUL character cannot be there, and cannot even be sent. */
export const isStorable = (text: string): boolean => !text.includes('\0');

/** A copy without NUL characters, in which each half of a surrogate pair has become U+FFFD. */
export function storable<T>(value: T): T {
  return mapTexts(value, cleaned) as T;
}

/** Where the first NUL character is, e.g. `inputs.password` or `tasks[0].run`. */
export function findNul(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') return value.includes('\0') ? path : undefined;
  if (!isContainer(value)) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const at = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    if (key.includes('\0')) return at.replaceAll('\0', '');
    const found = findNul(item, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const cleaned = (text: string): string => text.replaceAll('\0', '').replace(LONE_SURROGATE, '\ufffd');

function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, map));
  if (!isContainer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [map(key), mapTexts(item, map)]));
}

const isContainer = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(value instanceof Date);
