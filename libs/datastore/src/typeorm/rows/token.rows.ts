import type { ApiToken } from '@tork/core';
import type { ApiTokenEntity, UserEntity } from '../entities';
import { present } from '../sql/present';
import { userOf } from './user.rows';

/** A row joined with that of its user, which is there only if it has one. */
export type TokenRow = ApiTokenEntity & { user?: UserEntity | null };

const ELSEWHERE: ReadonlySet<string> = new Set(['user', 'userId', 'hash']);

export const tokenOf = ({ user, ...row }: TokenRow): ApiToken => ({
  ...present(row, ELSEWHERE),
  ...(user && { user: userOf(user) }),
});
