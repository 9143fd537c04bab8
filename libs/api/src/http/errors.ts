import { TorkError } from '@tork/core';

/** No route of this path, or one that the configuration switched off. */
export class RouteNotFoundError extends TorkError {
  readonly code = 'ROUTE_NOT_FOUND';
  constructor() {
    super('Not Found');
  }
}

/** An error whose answer has headers of its own, their names in lower case. */
export abstract class AnswerError extends TorkError {
  abstract readonly headers: Readonly<Record<string, string>>;
}

/** The path exists, but not for this method; `allowed` are those it exists for. */
export class MethodNotAllowedError extends AnswerError {
  readonly code = 'METHOD_NOT_ALLOWED';
  readonly headers: Readonly<Record<string, string>>;
  constructor(readonly allowed: readonly string[]) {
    super('Method Not Allowed');
    this.headers = { allow: allowed.join(', ') };
  }
}

/** The request is no HTTP, or its path cannot be decoded. */
export class MalformedRequestError extends TorkError {
  readonly code = 'MALFORMED_REQUEST';
  constructor(options?: ErrorOptions) {
    super('Bad Request', options);
  }
}

/** The body is longer than `middleware.web.bodylimit`. */
export class BodyTooLargeError extends TorkError {
  readonly code = 'BODY_TOO_LARGE';
  constructor() {
    super('Request Entity Too Large');
  }
}

/** The page of another site wants to change something by its visitor's browser. */
export class ForeignPageError extends TorkError {
  readonly code = 'FOREIGN_PAGE';
  constructor() {
    super('requests of pages of other sites are refused');
  }
}

/** A client asks more often than `middleware.web.ratelimit.rps` allows. */
export class RateLimitError extends AnswerError {
  readonly code = 'RATE_LIMITED';
  readonly headers: Readonly<Record<string, string>>;
  constructor(retryAfterSeconds: number) {
    super('rate limit exceeded');
    this.headers = { 'retry-after': String(retryAfterSeconds) };
  }
}

/** A document came without a content type, or with one that is neither JSON nor YAML. */
export class ContentTypeError extends TorkError {
  readonly code = 'UNKNOWN_CONTENT_TYPE';
  constructor(found: string | undefined) {
    super(found ? `unknown content type: ${found}` : 'missing content type');
  }
}

/** The client went away before its answer was ready. */
export class RequestCancelledError extends TorkError {
  readonly code = 'REQUEST_CANCELLED';
  constructor(options?: ErrorOptions) {
    super('request cancelled', options);
  }
}

/** The process stops while a request waits for something. */
export class ServerStoppingError extends TorkError {
  readonly code = 'SERVER_STOPPING';
  constructor() {
    super('server shutting down');
  }
}

/** The file of the audit log cannot be written to. Ends the start. */
export class AuditFileError extends TorkError {
  readonly code = 'AUDIT_FILE_UNAVAILABLE';
}

/** The configured address cannot be listened on. Ends the start. */
export class AddressError extends TorkError {
  readonly code = 'ADDRESS_UNAVAILABLE';
}

/** The API is part of an application that has another HTTP server. Ends the start. */
export class NoApiAdapterError extends TorkError {
  readonly code = 'NO_API_ADAPTER';
  constructor() {
    super(
      'the API expects an application created by createTorkApplication, found one with another HTTP adapter; ' +
        'create it that way, or set api to false and leave the API to another process',
    );
  }
}
