import type { ApiToken, Role, User } from '@tork/core';
import type { EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import { IsNull, LessThan } from 'typeorm';
import type { Directory } from '../datastore';
import { InvalidValueError } from '../errors';
import type { Connections } from './connections';
import { ApiTokenEntity, RoleEntity, UserEntity, UserRoleEntity } from './entities';
import { GET_TOKEN, LIST_TOKENS, tokenOf } from './rows/token.rows';
import type { TokenRow } from './rows/token.rows';
import { GET_CREDENTIALS, GET_USER, roleOf, userOf } from './rows/user.rows';
import type { UserRow } from './rows/user.rows';
import type { Statement } from './sql/session';
import { findNul, isStorable } from './sql/storable';

/**
 * Users, roles and tokens: few rows, seldom written, so by TypeORM's repositories. What each request of somebody who is
 * logged in asks for is prepared, at a third of the cost.
 */
export class TypeormDirectory implements Directory {
  constructor(protected readonly connections: Connections) {}

  async user(nameOrId: string): Promise<User | undefined> {
    if (!isStorable(nameOrId)) return undefined;
    const [row] = await this.rows<UserRow>(GET_USER, [nameOrId]);
    return row && userOf(row);
  }

  async credentials(username: string): Promise<{ user: User; passwordHash: string } | undefined> {
    if (!isStorable(username)) return undefined;
    const [row] = await this.rows<UserRow & { passwordHash: string | null }>(GET_CREDENTIALS, [username]);
    return row?.passwordHash ? { user: userOf(row), passwordHash: row.passwordHash } : undefined;
  }

  async createUser(user: User & { passwordHash?: string }): Promise<void> {
    refuseNul('users', user);
    await this.with(UserEntity, (users) => users.insert({ ...user }));
  }

  async role(slugOrId: string): Promise<Role | undefined> {
    if (!isStorable(slugOrId)) return undefined;
    const row = await this.with(RoleEntity, (roles) => roles.findOneBy([{ slug: slugOrId }, { id: slugOrId }]));
    return row ? roleOf(row) : undefined;
  }

  async createRole(role: Role): Promise<void> {
    refuseNul('roles', role);
    await this.with(RoleEntity, (roles) => roles.insert({ ...role }));
  }

  async rolesOf(userId: string): Promise<Role[]> {
    const rows = await this.with(RoleEntity, (roles) =>
      roles
        .createQueryBuilder('role')
        .innerJoin(UserRoleEntity, 'assigned', 'assigned.roleId = role.id')
        .where('assigned.userId = :userId', { userId })
        .orderBy('role.slug')
        .getMany(),
    );
    return rows.map(roleOf);
  }

  async assignRole(userId: string, roleId: string): Promise<void> {
    await this.with(UserRoleEntity, (assigned) =>
      assigned.createQueryBuilder().insert().values({ userId, roleId }).orIgnore().execute(),
    );
  }

  async unassignRole(userId: string, roleId: string): Promise<void> {
    await this.with(UserRoleEntity, (assigned) => assigned.delete({ userId, roleId }));
  }

  async createToken({ user, ...token }: ApiToken & { hash: string }): Promise<void> {
    refuseNul('api_tokens', token);
    await this.with(ApiTokenEntity, (tokens) => tokens.insert({ ...token, userId: user?.id }));
  }

  async tokenByHash(hash: string): Promise<ApiToken | undefined> {
    if (!isStorable(hash)) return undefined;
    const [row] = await this.rows<TokenRow>(GET_TOKEN, [hash]);
    return row && tokenOf(row);
  }

  async tokens(): Promise<ApiToken[]> {
    return (await this.rows<TokenRow>(LIST_TOKENS, [])).map(tokenOf);
  }

  async deleteToken(id: string): Promise<boolean> {
    if (!isStorable(id)) return false;
    const { affected } = await this.with(ApiTokenEntity, (tokens) => tokens.delete({ id }));
    return affected === 1;
  }

  async touchToken(id: string, usedAt: Date): Promise<void> {
    const unlessLater = [
      { id, lastUsedAt: IsNull() },
      { id, lastUsedAt: LessThan(usedAt) },
    ];
    await this.with(ApiTokenEntity, (tokens) => tokens.update(unlessLater, { lastUsedAt: usedAt }));
  }

  protected rows<Row extends object>(statement: Statement, values: unknown[]): Promise<Row[]> {
    return this.connections.use((session) => session.query<Row>(statement, values));
  }

  private with<E extends ObjectLiteral, T>(
    entity: EntityTarget<E>,
    run: (repository: Repository<E>) => Promise<T>,
  ): Promise<T> {
    return this.connections.withDataSource((source) => run(source.getRepository(entity)));
  }
}

function refuseNul(table: string, row: object): void {
  const field = findNul(row);
  if (field) throw new InvalidValueError(`${table}.${field} holds a NUL character, which cannot be stored`);
}
