/** Names of keys whose values are secrets, as the last word of a name: `password`, `datastore.encryption.keys`. */
const SECRET = /(^|[._-])(passwords?|passphrase|secrets?|keys?|tokens?|dsn)$/i;

/** Whether a key holds a secret, which no message may show. */
export const isSecretKey = (path: readonly string[]): boolean => path.some((name) => SECRET.test(name));

/** A value as a message shows it: quoted and short, without secrets and without the credentials of URLs. */
export function shown(value: unknown, path: readonly string[]): string {
  if (value === undefined) return 'nothing';
  if (isSecretKey(path)) return 'a value that is not shown';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a table';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(shorten(withoutCredentials(value)));
}

/** Everything up to the last `@` goes, also of a URL that is too broken to be parsed. */
const withoutCredentials = (text: string): string => text.replace(/^([a-z][a-z0-9+.-]*:\/*)?[^]*@/i, '$1***@');

const shorten = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text);
