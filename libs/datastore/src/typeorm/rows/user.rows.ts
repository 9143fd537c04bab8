import type { Role, User } from '@tork/core';
import type { RoleEntity, UserEntity } from '../entities';
import type { Statement } from '../sql/session';

const COLUMNS = 'id, name, username, created_at AS "createdAt", disabled';

/** By name or id; a name comes before what is another's id. */
export const GET_USER: Statement = {
  name: 'get_user',
  text: `SELECT ${COLUMNS} FROM users WHERE username = $1 OR id = $1 ORDER BY username = $1 DESC LIMIT 1`,
};

export const GET_CREDENTIALS: Statement = {
  name: 'get_credentials',
  text: `SELECT ${COLUMNS}, password_hash AS "passwordHash" FROM users WHERE username = $1`,
};

/** SQL for a user as one JSON value; NULL if there is none. */
export const userJson = (alias: string): string =>
  `CASE WHEN ${alias}.id IS NOT NULL THEN json_build_object('id', ${alias}.id, 'name', ${alias}.name,
    'username', ${alias}.username, 'createdAt', ${alias}.created_at, 'disabled', ${alias}.disabled) END`;

/** SQL for a role as one JSON value; NULL if there is none. */
export const roleJson = (alias: string): string =>
  `CASE WHEN ${alias}.id IS NOT NULL THEN json_build_object('id', ${alias}.id, 'slug', ${alias}.slug,
    'name', ${alias}.name, 'createdAt', ${alias}.created_at) END`;

/** Columns of a {@link CreatorRow}; all NULL if there is no such user. */
export const creatorColumns = (alias: string): string =>
  `${alias}.id AS "creatorId", ${alias}.name AS "creatorName", ${alias}.username AS "creatorUsername",
    ${alias}.created_at AS "creatorCreatedAt", ${alias}.disabled AS "creatorDisabled"`;

export interface CreatorRow {
  creatorId: string | null;
  creatorName: string;
  creatorUsername: string;
  creatorCreatedAt: Date;
  creatorDisabled: boolean;
}

export const CREATOR_FIELDS: readonly (keyof CreatorRow)[] = [
  'creatorId',
  'creatorName',
  'creatorUsername',
  'creatorCreatedAt',
  'creatorDisabled',
];

export const creatorOf = (row: CreatorRow): User | undefined =>
  row.creatorId === null
    ? undefined
    : userOf({
        id: row.creatorId,
        name: row.creatorName,
        username: row.creatorUsername,
        createdAt: row.creatorCreatedAt,
        disabled: row.creatorDisabled,
      });

/** A row, or what {@link userJson} made of one: JSON has times as text. */
type UserRow = Omit<UserEntity, 'createdAt' | 'passwordHash'> & { createdAt: Date | string };
type RoleRow = Omit<RoleEntity, 'createdAt'> & { createdAt: Date | string };

export const userOf = ({ id, name, username, createdAt, disabled }: UserRow): User => ({
  id,
  name,
  username,
  createdAt: new Date(createdAt),
  ...(disabled && { disabled }),
});

export const roleOf = ({ id, slug, name, createdAt }: RoleRow): Role => ({
  id,
  slug,
  name,
  createdAt: new Date(createdAt),
});

export type { RoleRow, UserRow };
