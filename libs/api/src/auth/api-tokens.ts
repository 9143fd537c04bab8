import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { type ApiToken, TOKEN_SCOPES, type TokenScope } from '@tork/core';
import { type Datastore, DuplicateError } from '@tork/datastore';
import { InvalidTokenError } from './errors';

/** How every token begins, so that people and scanners for leaked secrets know what it is. */
const MARK = 'tork_';
const RANDOM_BYTES = 32;
/** Enough to tell tokens apart, and little of what makes them secret. */
const PREFIX_LENGTH = MARK.length + 6;
const TEXT = new RegExp(`^${MARK}[A-Za-z0-9_-]{43}$`);
const MAX_NAME = 256;

/** What {@link issueToken} makes. */
export interface NewToken {
  /** What it is for; no two tokens have the same name. */
  name: string;
  /** What it opens: `read`, `submit` or `admin`. */
  scope: string;
  /** Name or id of the user whom its holder acts as. Default: nobody in particular. */
  user?: string;
  /** It opens nothing from then on. Default: it has no end. */
  expiresAt?: Date;
}

type Tokens = Pick<Datastore, 'user' | 'createToken'>;

/**
 * Makes an API token and stores the hash of its text, which is returned here and never again. Rejects with
 * {@link InvalidTokenError} when the name is taken or the user cannot log in.
 */
export async function issueToken(datastore: Tokens, options: NewToken): Promise<{ token: ApiToken; text: string }> {
  const name = options.name.trim();
  if (name === '' || name.length > MAX_NAME) {
    throw new InvalidTokenError(`the name of a token must have 1 to ${MAX_NAME} characters, found ${name.length}`);
  }
  const scope = scopeNamed(options.scope);
  const user = options.user === undefined ? undefined : await datastore.user(options.user);
  if (options.user !== undefined && !user) throw new InvalidTokenError(`user ${options.user} not found`);
  if (user?.disabled) throw new InvalidTokenError(`user ${user.username} is disabled`);
  const text = MARK + randomBytes(RANDOM_BYTES).toString('base64url');
  const token: ApiToken = {
    id: randomUUID().replaceAll('-', ''),
    name,
    prefix: text.slice(0, PREFIX_LENGTH),
    scope,
    ...(user && { user }),
    createdAt: new Date(),
    ...(options.expiresAt && { expiresAt: options.expiresAt }),
  };
  try {
    await datastore.createToken({ ...token, hash: hashToken(text) });
  } catch (error) {
    if (error instanceof DuplicateError) throw new InvalidTokenError(`a token named ${name} exists`, { cause: error });
    throw error;
  }
  return { token, text };
}

/** SHA-256 of a text that holds 256 random bits: nothing slower would be any safer. */
export const hashToken = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Whether a text is formed like a token; no other need be looked for. */
export const isTokenText = (text: string): boolean => TEXT.test(text);

function scopeNamed(name: string): TokenScope {
  const scope = TOKEN_SCOPES.find((each) => each === name);
  if (!scope)
    throw new InvalidTokenError(`the scope of a token must be one of ${TOKEN_SCOPES.join(', ')}, found ${name}`);
  return scope;
}
