import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, Buffer>(scrypt);

/** Somebody who may come in. */
export interface StoredUser {
  username: string;
  name: string;
  /** See {@link hashPassword}. */
  password: string;
}

/** Where users are kept: a file here, a directory service or a database of yours elsewhere. */
export interface UserStore {
  find(username: string): Promise<StoredUser | undefined>;
}

/** A JSON file of users. Read anew for each request, so that who is struck off is out at once. */
export class FileUserStore implements UserStore {
  constructor(private readonly file: string) {}

  async find(username: string): Promise<StoredUser | undefined> {
    const users = JSON.parse(await readFile(this.file, 'utf8')) as StoredUser[];
    return users.find((user) => user.username === username);
  }
}

/** `salt:hash`, both in base64. */
export async function hashPassword(password: string, salt = randomBytes(16)): Promise<string> {
  const hash = await derive(password, salt, 32);
  return `${salt.toString('base64')}:${hash.toString('base64')}`;
}

/** What is compared where there is no such user, so that the time it takes does not tell. */
const NOBODY = `${Buffer.alloc(16).toString('base64')}:${Buffer.alloc(32).toString('base64')}`;

/** The user of this name, if that is the password. Takes as long if it is not, or if there is none. */
export async function verify(store: UserStore, username: string, password: string): Promise<StoredUser | undefined> {
  const user = await store.find(username);
  const stored = user?.password ?? NOBODY;
  const given = await hashPassword(password, Buffer.from(stored.split(':')[0] ?? '', 'base64'));
  const [a, b] = [Buffer.from(stored), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b) ? user : undefined;
}
