import type { Datastore } from '@tork/datastore';
import { MalformedRequestError } from '../http/errors';
import type { Identity } from './identity';
import type { Passwords } from './passwords';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Users of the datastore, by name and password. */
export class BasicAuth {
  constructor(
    private readonly datastore: Pick<Datastore, 'credentials'>,
    private readonly passwords: Pick<Passwords, 'verify'>,
  ) {}

  /**
   * The user that the value of a header `Basic <value>` names, or nobody. Rejects with {@link MalformedRequestError} when
   * it is not base64.
   */
  async login(value: string): Promise<Identity | undefined> {
    const login = decode(value);
    if (!login) return undefined;
    const found = await this.datastore.credentials(login.username);
    const isGood = await this.passwords.verify(login.password, found?.passwordHash);
    // Asked last: a disabled user is not to be told from one that does not exist.
    if (!found || !isGood || found.user.disabled) return undefined;
    return { via: 'basic', user: found.user, scope: 'admin' };
  }
}

/** `undefined` when there is no colon, or no text that a user could be called. */
function decode(value: string): { username: string; password: string } | undefined {
  if (!BASE64.test(value)) throw new MalformedRequestError();
  let text: string;
  try {
    text = UTF8.decode(Buffer.from(value, 'base64'));
  } catch {
    return undefined;
  }
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
