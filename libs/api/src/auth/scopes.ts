import { TOKEN_SCOPES, type TokenScope } from '@tork/core';
import { onlyLooks } from '../http/methods';

/** What changes jobs and schedules without deleting them. */
const SUBMITS = new Set([
  'POST /jobs',
  'PUT /jobs/:id/cancel',
  'PUT /jobs/:id/restart',
  'POST /scheduled-jobs',
  'PUT /scheduled-jobs/:id/pause',
  'PUT /scheduled-jobs/:id/resume',
]);

/**
 * The scope that a request needs. `read` is for whatever only looks, `submit` for jobs and schedules, `admin` for all
 * else: deleting, making users, and what an embedding program adds that is no `GET`. A path without a route needs `read`,
 * to be told that there is none.
 */
export function scopeFor(method: string, route: string | undefined): TokenScope {
  if (onlyLooks(method) || route === undefined) return 'read';
  return SUBMITS.has(`${method} ${route}`) ? 'submit' : 'admin';
}

/** Whether a scope opens what needs another: each opens what those before it do. */
export const opens = (scope: TokenScope, needed: TokenScope): boolean =>
  TOKEN_SCOPES.indexOf(scope) >= TOKEN_SCOPES.indexOf(needed);
