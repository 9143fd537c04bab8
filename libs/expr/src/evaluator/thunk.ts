import type { Value } from '../values/value';
import type { Run } from './run';

/** A compiled node. Evaluation walks a tree of these; no code is ever generated from a source. */
export type Thunk = (run: Run) => Value;

/**
 * What a member access with `?.` gives when its object is nil: the accesses behind it pass it on, up to the end of the
 * chain, where it becomes nil. It is never seen outside of a chain.
 */
export const SKIPPED = Symbol('skipped') as unknown as Value;
