/** Nest injection token of the process's {@link Outbox}. */
export const OUTBOX = Symbol('OUTBOX');
