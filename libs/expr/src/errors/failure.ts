/**
 * What the stages throw: a reason and, where the thrower knows it, the offset of the node that failed. It never leaves
 * the library; the face turns it into an `ExpressionError`, which knows the source and the phase. That is why it is no
 * Error itself: nobody would see the stack trace, which takes longer to collect than most expressions to evaluate.
 */
export class Failure {
  constructor(
    readonly reason: string,
    /** Offset into the expression, in UTF-16 units. Without one the offset of the running call counts. */
    readonly at?: number,
    /** What a function of the host has thrown. */
    readonly cause?: unknown,
  ) {}
}

/** Throws a Failure; an expression, so that it can end a chain of `??` or `?:`. */
export function fail(reason: string, at?: number): never {
  throw new Failure(reason, at);
}
