import { TorkError } from '@tork/core';

/** A call came in the wrong state: a registration after the start, a second start, a submission before it. */
export class EngineStateError extends TorkError {
  readonly code = 'ENGINE_STATE';
}
