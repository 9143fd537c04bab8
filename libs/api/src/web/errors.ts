import { TorkError } from '@tork/core';

/**
 * An answer that is an error: thrown by a web middleware, an endpoint or a `READ` middleware it becomes the answer
 * `{"message"}` with this status. All other errors of an extender's are a 500 that tells the client nothing.
 */
export class HttpError extends TorkError {
  readonly code = 'HTTP_ERROR';
  /** @param status from 400 to 599 */
  constructor(
    readonly status: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw new RangeError(`HttpError: expected a status from 400 to 599, found ${status}`);
    }
  }
}

/** A web middleware neither answered nor called `next`. */
export class UnansweredRequestError extends TorkError {
  readonly code = 'REQUEST_UNANSWERED';
  constructor(readonly middleware: string) {
    super('a middleware ended this request without an answer');
  }
}

/** A web middleware neither answered nor called `next` in time, or did not end after `next`. */
export class WebMiddlewareTimeoutError extends TorkError {
  readonly code = 'WEB_MIDDLEWARE_TIMEOUT';
  constructor(
    readonly middleware: string,
    readonly forMs: number,
  ) {
    super('a middleware did not end in time');
  }
}

/** Something was to be answered to a request whose answer has left. */
export class AnswerSentError extends TorkError {
  readonly code = 'ANSWER_SENT';
  constructor() {
    super('this request has been answered already');
  }
}

/** The body of a request to an endpoint cannot be read as what its content type says. */
export class InvalidBodyError extends TorkError {
  readonly code = 'INVALID_BODY';
}

/** The body of a request to an endpoint is of a type that `bind` does not read. */
export class UnsupportedMediaTypeError extends TorkError {
  readonly code = 'UNSUPPORTED_MEDIA_TYPE';
  constructor(found: string | undefined) {
    super(`expected a body in JSON, XML or as a form, found ${found ? `content type ${found}` : 'no content type'}`);
  }
}

/** A route of an embedding program cannot be added to the API. Ends the start. */
export class InvalidEndpointError extends TorkError {
  readonly code = 'INVALID_ENDPOINT';
}
