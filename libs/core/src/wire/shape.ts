/** A JSON object as the API sends it. */
export type WireObject = Record<string, unknown>;

/** What is shown for a value; `undefined` leaves the field out. */
type Show<V> = (value: V) => unknown;

/** How every field of a type is shown, in the order of the output. A field that is forgotten does not compile. */
export type WireShape<T> = { readonly [K in keyof Required<T>]: Show<T[K]> };

/** Shows the fields of a shape, and nothing else. */
export function show<T extends object>(value: T, shape: WireShape<T>): WireObject {
  const shown: WireObject = {};
  for (const key in shape) {
    const field = shape[key](value[key]);
    if (field !== undefined) shown[key] = field;
  }
  return shown;
}

/** Left out when it says nothing: empty text, 0, `false`, an empty list or map. */
export function optional(value: unknown): unknown {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return undefined;
  return typeof value === 'object' && Object.keys(value).length === 0 ? undefined : value;
}

/** Always there. */
export const always = (value: unknown): unknown => value;

/** Never there. */
export const hidden = (): undefined => undefined;

/** RFC 3339 in UTC, with no more digits of a fraction than it has: `2024-01-01T00:00:00Z`, `…00.25Z`. */
export function time(date: Date): string;
export function time(date: Date | undefined): string | undefined;
export function time(date: Date | undefined): string | undefined {
  return date?.toISOString().replace(/\.?0*Z$/, 'Z');
}

/** An object with a shape of its own; shown even when nothing in it is. The shape is asked for late: shapes are recursive. */
export const object =
  <T extends object>(shape: () => WireShape<T>): Show<T | undefined> =>
  (value) =>
    value && show(value, shape());

/** A list of such objects, left out when empty. */
export const list =
  <T extends object>(shape: () => WireShape<T>): Show<readonly T[] | undefined> =>
  (values) =>
    values && values.length > 0 ? values.map((value) => show(value, shape())) : undefined;

/** A list of such objects that is `[]` when empty or absent. */
export const fullList =
  <T extends object>(shape: () => WireShape<T>): Show<readonly T[] | undefined> =>
  (values = []) =>
    values.map((value) => show(value, shape()));
