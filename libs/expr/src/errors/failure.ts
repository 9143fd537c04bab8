/**
 * What the stages throw: a reason and, where the thrower knows it, the offset of the node that failed. It never leaves
 * the library; the face turns it into an `ExpressionError`, which knows the source and the phase.
 */
export class Failure extends Error {
  constructor(
    reason: string,
    /** Offset into the expression, in UTF-16 units. Without one the offset of the running call counts. */
    readonly at?: number,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/** Throws a Failure; an expression, so that it can end a chain of `??` or `?:`. */
export function fail(reason: string, at?: number): never {
  throw new Failure(reason, at);
}
