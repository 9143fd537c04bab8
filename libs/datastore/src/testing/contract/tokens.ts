import type { ApiToken } from '@tork/core';
import type { Datastore } from '../../datastore';
import { newId } from '../factories';

/** API tokens. */
export function tokens(underTest: () => Datastore): void {
  const make = (more: Partial<ApiToken> = {}): ApiToken & { hash: string } => ({
    id: newId(),
    name: newId(),
    prefix: 'tork_abc',
    scope: 'submit',
    createdAt: new Date(),
    hash: newId(),
    ...more,
  });
  const shown = ({ hash: _, ...token }: ApiToken & { hash: string }): ApiToken => token;

  it('are found by the hash of their text, which nobody is told', async () => {
    const token = make({ expiresAt: new Date(Date.now() - 1000), lastUsedAt: new Date() });
    await underTest().createToken(token);

    expect(await underTest().tokenByHash(token.hash)).toEqual(shown(token));
    for (const hash of ['', token.hash.toUpperCase(), token.name, 'nul\0', "'"]) {
      expect(await underTest().tokenByHash(hash)).toBeUndefined();
    }
  });

  it('come with their user as he is now', async () => {
    const ada = { id: newId(), name: 'Ada', username: newId(), createdAt: new Date(), disabled: true };
    const token = make({ user: ada });
    await underTest().createUser({ ...ada, passwordHash: '$2a$10$x' });
    await underTest().createToken(token);

    expect(await underTest().tokenByHash(token.hash)).toEqual({ ...shown(token), user: ada });
  });

  it('have each name once', async () => {
    const token = make();
    await underTest().createToken(token);

    await expect(underTest().createToken(make({ name: token.name }))).rejects.toMatchObject({
      code: 'DUPLICATE',
      message: 'api_tokens.name is taken',
    });
  });

  it('are listed by name', async () => {
    const prefix = newId();
    const [a, b] = [make({ name: `${prefix}a` }), make({ name: `${prefix}b` })];
    await underTest().createToken(b);
    await underTest().createToken(a);

    const listed = (await underTest().tokens()).filter(({ name }) => name.startsWith(prefix));

    expect(listed).toEqual([shown(a), shown(b)]);
  });

  it('remember their last use', async () => {
    const token = make();
    const [early, late] = [new Date(1_700_000_000_000), new Date(1_800_000_000_000)];
    await underTest().createToken(token);

    await underTest().touchToken(token.id, late);
    await underTest().touchToken(token.id, early);

    expect(await underTest().tokenByHash(token.hash)).toMatchObject({ lastUsedAt: late });
  });

  it('can be deleted once', async () => {
    const token = make();
    await underTest().createToken(token);

    expect(await underTest().deleteToken(token.id)).toBe(true);
    expect(await underTest().deleteToken(token.id)).toBe(false);
    expect(await underTest().tokenByHash(token.hash)).toBeUndefined();
  });
}
