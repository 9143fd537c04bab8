import { TorkError } from '@tork/core';
import type { PageRequest } from '@tork/datastore';
import { firstOf, type Query } from './query';

/** `page` or `size` of a list is no integer. */
export class InvalidPageError extends TorkError {
  readonly code = 'INVALID_PAGE';
}

export interface PageLimits {
  /** Items on a page when no `size` is given. */
  size: number;
  /** Larger sizes are taken as this one. */
  maxSize: number;
}

export const JOB_PAGES: PageLimits = { size: 10, maxSize: 20 };
export const LOG_PAGES: PageLimits = { size: 25, maxSize: 100 };

/** `page`, `size` and `q` of a list; out of range is moved into the range, what is no integer is refused. */
export function pageRequest(query: Query, limits: PageLimits): PageRequest {
  const page = integerOf(firstOf(query, 'page'), 1, 'page number');
  const size = integerOf(firstOf(query, 'size'), limits.size, 'size');
  return {
    page: Math.max(1, page),
    size: Math.min(Math.max(1, size), limits.maxSize),
    // No stored text holds a NUL, and Postgres refuses a parameter that does.
    q: firstOf(query, 'q')?.replaceAll('\0', ' '),
  };
}

function integerOf(text: string | undefined, absent: number, what: string): number {
  if (text === undefined || text === '') return absent;
  const number = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(number)) throw new InvalidPageError(`invalid ${what}: ${text}`);
  return number;
}
