/** Nest injection token of the process's {@link Broker}. */
export const BROKER = Symbol('BROKER');
