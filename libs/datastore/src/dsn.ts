import { TorkError } from '@tork/core';

/** Connection parameters as libpq names them: `host`, `port`, `user`, `password`, `dbname`, `sslmode`, … */
export type DsnParameters = Partial<Record<string, string>>;

/** A DSN that cannot be read. The message does not repeat it: it may hold a password. */
export class DsnError extends TorkError {
  readonly code = 'INVALID_DSN';
}

/**
 * Reads a data source name in either of libpq's forms: `host=db user=tork password='it''s'` (here `\'` escapes a quote)
 * or `postgres://user:password@host:port/dbname?sslmode=require`.
 */
export function parseDsn(dsn: string): DsnParameters {
  return /^postgres(ql)?:\/\//.test(dsn) ? parseUrl(dsn) : parsePairs(dsn);
}

function parseUrl(dsn: string): DsnParameters {
  if (!URL.canParse(dsn)) throw new DsnError('expected a URL such as postgres://user:password@host:5432/dbname');
  const url = new URL(dsn);
  const decode = (text: string): string | undefined => {
    try {
      return text === '' ? undefined : decodeURIComponent(text);
    } catch {
      throw new DsnError('expected percent signs to begin escapes, as in p%40ssword');
    }
  };
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  return {
    ...defined({
      host: decode(host),
      port: decode(url.port),
      user: decode(url.username),
      password: decode(url.password),
      dbname: decode(url.pathname.slice(1)),
    }),
    ...Object.fromEntries(url.searchParams),
  };
}

/** One `key = value`, the value bare or in single quotes; a backslash takes the next character as it is. */
const PAIR = /\s*([A-Za-z_]\w*)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)/y;

function parsePairs(dsn: string): DsnParameters {
  const parameters: DsnParameters = {};
  const end = dsn.trimEnd().length;
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < end) {
    const at = PAIR.lastIndex;
    const match = PAIR.exec(dsn);
    if (!match) throw new DsnError(`expected key=value at character ${at + 1}`);
    const [, key = '', quoted, bare] = match;
    parameters[key] = (quoted ?? bare ?? '').replace(/\\(.)/gs, '$1');
  }
  return parameters;
}

const defined = (values: Record<string, string | undefined>): DsnParameters =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
