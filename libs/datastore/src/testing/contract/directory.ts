import type { Datastore } from '../../datastore';
import { newId } from '../factories';

/** Users and roles. */
export function directory(underTest: () => Datastore): void {
  const user = (name = newId()) => ({ id: newId(), name: 'Ada', username: name, createdAt: new Date() });
  const role = (slug = newId()) => ({ id: newId(), slug, name: 'Operators', createdAt: new Date() });

  it('knows the guest, who cannot log in, and the public role, which he has not', async () => {
    const guest = await underTest().user('guest');

    expect(guest).toMatchObject({ username: 'guest', name: 'Guest', disabled: true });
    expect(guest?.id).toMatch(/^[0-9a-f]{32}$/);
    expect(await underTest().credentials('guest')).toBeUndefined();
    expect(await underTest().role('public')).toMatchObject({ slug: 'public', name: 'Public' });
    expect(await underTest().rolesOf(guest!.id)).toEqual([]);
  });

  it('finds a user by name or id, and gives the hash to nobody but the login', async () => {
    const ada = user();
    await underTest().createUser({ ...ada, disabled: true, passwordHash: '$2a$10$x' });

    const stored = { ...ada, disabled: true };
    expect(await underTest().user(ada.username)).toEqual(stored);
    expect(await underTest().user(ada.id)).toEqual(stored);
    expect(await underTest().credentials(ada.username)).toEqual({ user: stored, passwordHash: '$2a$10$x' });
    expect(await underTest().credentials(ada.id)).toBeUndefined();
  });

  it('takes a text for a name first, then for an id', async () => {
    const ada = user();
    const confusing = user(ada.id);
    await underTest().createUser(ada);
    await underTest().createUser(confusing);

    expect(await underTest().user(ada.id)).toEqual(confusing);
  });

  it('has each name once', async () => {
    const ada = user();
    await underTest().createUser(ada);
    await expect(underTest().createUser(user(ada.username))).rejects.toMatchObject({
      code: 'DUPLICATE',
      message: 'users.username is taken',
    });

    const operators = role();
    await underTest().createRole(operators);
    await expect(underTest().createRole(role(operators.slug))).rejects.toMatchObject({
      code: 'DUPLICATE',
      message: 'roles.slug is taken',
    });
  });

  it('refuses a name that cannot be stored, by the name of the field', async () => {
    await expect(underTest().createUser(user('a\0b'))).rejects.toMatchObject({
      code: 'INVALID_VALUE',
      message: 'users.username holds a NUL character, which cannot be stored',
    });
  });

  it('assigns roles and takes them back', async () => {
    const ada = user();
    const roles = [role('b' + newId()), role('a' + newId())];
    await underTest().createUser(ada);
    for (const each of roles) {
      await underTest().createRole(each);
      await underTest().assignRole(ada.id, each.id);
      await underTest().assignRole(ada.id, each.id);
    }
    expect(await underTest().role(roles[0]!.id)).toEqual(roles[0]);
    expect(await underTest().rolesOf(ada.id)).toEqual([roles[1], roles[0]]);

    await underTest().unassignRole(ada.id, roles[1]!.id);

    expect(await underTest().rolesOf(ada.id)).toEqual([roles[0]]);
  });

  it('finds nobody by any other name', async () => {
    for (const name of ['', 'nobody', 'GUEST', 'nul\0', "'", '\ud800']) {
      expect(await underTest().user(name)).toBeUndefined();
      expect(await underTest().credentials(name)).toBeUndefined();
      expect(await underTest().role(name)).toBeUndefined();
    }
  });
}
