/** What the parentheses of a built-in with a closure hold. */
export interface PredicateSyntax {
  /** `count` and `sum` do without one. */
  readonly closureOptional?: boolean;
  /** Whether an ordinary argument may follow the closure: the order of `sortBy`, the start of `reduce`. */
  readonly extra?: boolean;
}

/** The built-ins that take a closure, which is why the parser has to know them. */
export const PREDICATES: ReadonlyMap<string, PredicateSyntax> = new Map([
  ['all', {}],
  ['any', {}],
  ['none', {}],
  ['one', {}],
  ['filter', {}],
  ['map', {}],
  ['count', { closureOptional: true }],
  ['sum', { closureOptional: true }],
  ['find', {}],
  ['findLast', {}],
  ['findIndex', {}],
  ['findLastIndex', {}],
  ['groupBy', {}],
  ['sortBy', { extra: true }],
  ['reduce', { extra: true }],
]);
