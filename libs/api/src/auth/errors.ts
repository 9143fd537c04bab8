import { TorkError } from '@tork/core';
import { AnswerError } from '../http/errors';

/** The credentials of a request are missing, wrong or expired, or their user is disabled; the text says no more than that. */
export class UnauthorizedError extends AnswerError {
  readonly code = 'UNAUTHORIZED';
  readonly headers: Readonly<Record<string, string>>;

  /** `challenge` is how the client may log in, where its kind is to be told. */
  constructor(challenge?: string, message = 'Unauthorized') {
    super(message);
    this.headers = challenge === undefined ? {} : { 'www-authenticate': challenge };
  }
}

/** Key authentication is on, and a request has no `Authorization` header. */
export class MissingKeyError extends TorkError {
  readonly code = 'MISSING_KEY';
  constructor() {
    super('missing key in request header');
  }
}

/** Key authentication is on, and the `Authorization` header of a request is not of the kind `Bearer`. */
export class InvalidKeyError extends TorkError {
  readonly code = 'INVALID_KEY';
  constructor() {
    super('invalid key in the request header');
  }
}

/** An API token is good, but its scope does not open what was asked for. */
export class InsufficientScopeError extends AnswerError {
  readonly code = 'INSUFFICIENT_SCOPE';
  readonly headers = { 'www-authenticate': 'Bearer error="insufficient_scope"' };
}

/** So many passwords wait for their comparison that one more would take too long. */
export class LoginOverloadError extends AnswerError {
  readonly code = 'LOGIN_OVERLOAD';
  readonly headers = { 'retry-after': '1' };
  constructor() {
    super('too many logins at a time');
  }
}

/** A user for an API token does not exist or is disabled, its name is taken, or its scope or expiry cannot be read. */
export class InvalidTokenError extends TorkError {
  readonly code = 'INVALID_TOKEN';
}
