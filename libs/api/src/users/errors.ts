import { TorkError } from '@tork/core';

/** Somebody cannot be made a user: no name, no password, one that bcrypt cannot take, or a name that is in use. */
export class InvalidUserError extends TorkError {
  readonly code = 'INVALID_USER';
}
