import { TorkError } from '@tork/core';

/** The store cannot be reached or cannot write at the moment. Worth a retry; never shown to users in detail. */
export class DatastoreUnavailableError extends TorkError {
  readonly code = 'DATASTORE_UNAVAILABLE';
}

/** A value that the store cannot keep, e.g. a NUL character in a text. The message names the field. */
export class InvalidValueError extends TorkError {
  readonly code = 'INVALID_VALUE';
}

/** A row of that unique name exists. */
export class DuplicateError extends TorkError {
  readonly code = 'DUPLICATE';
}
