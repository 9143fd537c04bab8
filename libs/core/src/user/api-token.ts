import type { User } from './user';

/** What an API token opens; each scope opens what those before it do. */
export const TOKEN_SCOPES = ['read', 'submit', 'admin'] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

/** A credential for programs. Its text is shown once, when it is made; what is stored is a hash of it. */
export interface ApiToken {
  id: string;
  /** Says what it is for. No two tokens have the same. */
  name: string;
  /** How its text begins, to recognise it by. */
  prefix: string;
  scope: TokenScope;
  /** Who its holder is; absent: nobody in particular. */
  user?: User;
  createdAt: Date;
  /** From then on it opens nothing; absent: never. */
  expiresAt?: Date;
  /** Of the last use, to the minute. */
  lastUsedAt?: Date;
}
