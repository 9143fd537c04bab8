type Present<T> = { [K in keyof T]: null extends T[K] ? Exclude<T[K], null> | undefined : T[K] };

const NONE: ReadonlySet<string> = new Set();

/** Copies a row's fields into a domain object, all but those named: NULL is absent. A loop, for it runs for every row. */
export function copyPresent<T extends object>(row: object, into: T, except: ReadonlySet<string> = NONE): T {
  const source = row as Record<string, unknown>;
  const target = into as Record<string, unknown>;
  for (const field in source) {
    const value = source[field];
    if (value !== null && !except.has(field)) target[field] = value;
  }
  return into;
}

/** A row as a domain object. */
export const present = <T extends object>(row: T, except?: ReadonlySet<string>): Present<T> =>
  copyPresent(row, {}, except) as Present<T>;
