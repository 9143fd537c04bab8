/** Nest injection token of the process's {@link Datastore}. */
export const DATASTORE = Symbol('DATASTORE');
