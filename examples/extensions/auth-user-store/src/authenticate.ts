import { randomUUID } from 'node:crypto';
import { USERNAME } from '@tork/engine';
import type { Datastore, Middleware, WebContext } from '@tork/engine';
import { verify } from './user-store';
import type { StoredUser, UserStore } from './user-store';

/**
 * Asks everybody for name and password of the store, but for a sign of life. Who comes in is the current user: jobs are
 * theirs. Tork has a row for each creator of a job, which is made when they first come.
 */
export function authenticate(
  store: UserStore,
  datastore: Pick<Datastore, 'createUser' | 'user'>,
): Middleware<WebContext> {
  const known = new Set<string>();

  async function makeKnown({ name, username }: StoredUser): Promise<void> {
    if (known.has(username)) return;
    if (!(await datastore.user(username))) {
      const user = { id: randomUUID().replaceAll('-', ''), name, username, createdAt: new Date() };
      await datastore.createUser(user).catch(async (error: unknown) => {
        if (!(await datastore.user(username))) throw error; // else another request was faster
      });
    }
    known.add(username);
  }

  // The function's name is what logs and errors call it.
  return async function authenticate(context, next) {
    const { headers, method, url } = context.request;
    if (method === 'GET' && url === '/health') return next();
    const [username, password] = credentialsOf(headers.authorization);
    const user = username && password ? await verify(store, username, password) : undefined;
    if (!user) {
      context.response.header('WWW-Authenticate', 'Basic realm="tork", charset="UTF-8"');
      return context.error(401, 'Unauthorized');
    }
    await makeKnown(user);
    context.set(USERNAME, user.username);
    await next();
  };
}

/** Name and password of HTTP's basic scheme. A password may have colons in it. */
function credentialsOf(header = ''): [string?, string?] {
  const [, encoded = ''] = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(header) ?? [];
  const [, username, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  return [username, password];
}
