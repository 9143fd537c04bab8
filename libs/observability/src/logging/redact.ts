const HIDDEN = '[REDACTED]';

/** Names of fields whose values are secrets wherever they are logged. */
const SECRET_NAME = /password|passphrase|secret|token|access_?key|api_?key|authorization|cookie|^dsn$/i;

/** Fields nest a few levels at most; what is deeper is a document, which has no place in a log. */
const MAX_DEPTH = 8;

/**
 * A copy of logged fields without the values of those named like secrets. Errors are left as they are: their text is
 * covered by {@link redactLine}.
 */
export function redactFields(fields: object): Record<string, unknown> {
  return redact(fields, 0) as Record<string, unknown>;
}

function redact(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  if (depth === MAX_DEPTH) return HIDDEN;
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [name, SECRET_NAME.test(name) ? HIDDEN : redact(child, depth + 1)]),
  );
}

/** Tables and lists; anything else (errors, dates, buffers) knows best how it is written. */
function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The password of a URL, up to the last `@` of the word. */
const URL_PASSWORD = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@"]*):[^\s"]+@/gi;
/** The password of a key/value connection string, quoted or not. */
const DSN_PASSWORD = /(\bpassword\s*=\s*)('[^']*'|[^\s"&']+)/gi;

/** A line of log without passwords in URLs and connection strings, in whatever field or error text they stand. */
export function redactLine(line: string): string {
  let clean = line;
  if (clean.includes('://')) clean = clean.replace(URL_PASSWORD, '$1:***@');
  if (/password/i.test(clean)) clean = clean.replace(DSN_PASSWORD, '$1***');
  return clean;
}
