import { HttpException } from '@nestjs/common';
import { TorkError } from '@tork/core';
import { HttpError } from '../web/errors';

/** The HTTP status of each error that a client may see with its own text. */
const STATUS: Readonly<Record<string, number>> = {
  INVALID_DOCUMENT: 400,
  INVALID_DURATION: 400,
  INVALID_VALUE: 400,
  UNSUPPORTED_DOCUMENT: 400,
  MALFORMED_REQUEST: 400,
  INVALID_BODY: 400,
  UNKNOWN_CONTENT_TYPE: 400,
  MISSING_KEY: 400,
  INVALID_KEY: 400,
  INVALID_USER: 400,
  USER_NOT_FOUND: 400,
  JOB_NOT_RUNNING: 400,
  JOB_NOT_RESTARTABLE: 400,
  NOT_A_TASK_QUEUE: 400,
  BROKER_REQUEST_FAILED: 400,
  UNAUTHORIZED: 401,
  FOREIGN_PAGE: 403,
  INSUFFICIENT_SCOPE: 403,
  INVALID_PAGE: 404,
  JOB_NOT_FOUND: 404,
  TASK_NOT_FOUND: 404,
  QUEUE_NOT_FOUND: 404,
  ROUTE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_CANCELLED: 408,
  WAIT_TIMEOUT: 408,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  SERVER_STOPPING: 500,
  REQUEST_UNANSWERED: 500,
  WEB_MIDDLEWARE_TIMEOUT: 500,
  LOGIN_OVERLOAD: 503,
};

/** What a client is told about an error. */
export interface ErrorAnswer {
  status: number;
  message: string;
  /** Nobody meant this to happen: the cause belongs in the log, and the client gets no detail. */
  unexpected: boolean;
}

/**
 * Errors of Tork by their code, those of Nest (an extender's own) by their status. All others, a datastore or broker
 * that cannot be reached among them, are the same 500, so that no cause is disclosed.
 */
export function answerTo(error: unknown): ErrorAnswer {
  if (error instanceof TorkError) {
    const status = STATUS[error.code];
    if (status !== undefined) return { status, message: error.message, unexpected: false };
  }
  if (error instanceof HttpError) return { status: error.status, message: error.message, unexpected: false };
  if (error instanceof HttpException) {
    return { status: error.getStatus(), message: error.message, unexpected: false };
  }
  return { status: 500, message: 'Internal Server Error', unexpected: true };
}
