import type { ApiToken } from '@tork/core';
import { ApiTokenEntity } from '../entities';
import { copyPresent } from '../sql/present';
import type { Statement } from '../sql/session';
import { Table } from '../sql/table';
import { CREATOR_FIELDS, creatorColumns, creatorOf } from './user.rows';
import type { CreatorRow } from './user.rows';

/** A row with its user, which is there only if it has one, as the creator. */
export type TokenRow = Omit<ApiTokenEntity, 'hash' | 'userId'> & CreatorRow;

const FIELDS = ['id', 'name', 'prefix', 'scope', 'createdAt', 'expiresAt', 'lastUsedAt'] as const;

const SELECT_TOKEN = `SELECT ${new Table(ApiTokenEntity).select('t', FIELDS)}, ${creatorColumns('u')}
  FROM api_tokens AS t LEFT JOIN users AS u ON u.id = t.user_id`;

export const GET_TOKEN: Statement = { name: 'get_token', text: `${SELECT_TOKEN} WHERE t.hash = $1` };
export const LIST_TOKENS: Statement = { name: 'list_tokens', text: `${SELECT_TOKEN} ORDER BY t.name` };

const ELSEWHERE: ReadonlySet<string> = new Set(CREATOR_FIELDS);

export function tokenOf(row: TokenRow): ApiToken {
  const token: ApiToken = copyPresent(row, {} as ApiToken, ELSEWHERE);
  const user = creatorOf(row);
  return user ? { ...token, user } : token;
}
