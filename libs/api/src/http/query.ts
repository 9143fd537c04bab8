/** The parameters of a query string; a repeated one has all its values. */
export type Query = Readonly<Record<string, string | string[]>>;

/**
 * Reads a query string as the original did, so that whatever a person typed into the search of the web UI gets an
 * answer: a plus is a space, raw signs such as `|` stand for themselves, and a parameter with an invalid percent
 * sign or a semicolon is dropped without a word. Bytes that are no UTF-8 become U+FFFD.
 */
export function parseQuery(text: string): Query {
  const query: Record<string, string | string[]> = Object.create(null);
  if (text === '') return query;
  for (const part of text.split('&')) {
    if (part === '' || part.includes(';')) continue;
    const equals = part.indexOf('=');
    const name = unescape(equals < 0 ? part : part.slice(0, equals));
    const value = unescape(equals < 0 ? '' : part.slice(equals + 1));
    if (name === undefined || value === undefined) continue;
    const before = query[name];
    query[name] = before === undefined ? value : [before, value].flat();
  }
  return query;
}

/** A URL without its query. */
export const pathOf = (url = ''): string => url.split('?', 1)[0] ?? '';

/** The first value of a parameter; `undefined` when it is absent. */
export function firstOf(query: Query, name: string): string | undefined {
  const value = query[name];
  return Array.isArray(value) ? value[0] : value;
}

const INVALID_ESCAPE = /%(?![0-9a-f]{2})/i;
const ESCAPE = /%[0-9a-f]{2}/gi;
const ASCII = /^[\x00-\x7f]*$/;

/** Percent-decoded text, or `undefined` when it cannot be decoded. Node hands over each raw byte as one character. */
function unescape(text: string): string | undefined {
  const spaced = text.replaceAll('+', ' ');
  if (INVALID_ESCAPE.test(spaced)) return undefined;
  const bytes = spaced.replace(ESCAPE, (escape) => String.fromCharCode(parseInt(escape.slice(1), 16)));
  return ASCII.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}
