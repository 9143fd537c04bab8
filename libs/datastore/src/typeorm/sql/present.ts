type Present<T> = { [K in keyof T]: null extends T[K] ? Exclude<T[K], null> | undefined : T[K] };

/** A row as a domain object: NULL is absent. */
export function present<T extends object>(row: T): Present<T> {
  const result: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(row)) if (value !== null) result[field] = value;
  return result as Present<T>;
}
