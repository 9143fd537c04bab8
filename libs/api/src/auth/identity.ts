import type { TokenScope, User } from '@tork/core';

/** Who sends a request, and what told so. */
export interface Identity {
  /** How the sender has logged in. */
  via: 'basic' | 'key' | 'token';
  /** Absent where the credential is nobody's in particular. */
  user?: User;
  /** The name of the API token. */
  credential?: string;
  scope: TokenScope;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once its credentials are found to be good; absent where nobody has to log in. */
    identity?: Identity;
  }
}

/** What an `Authorization` header holds: a scheme in lower case, and what follows it. */
export interface Credentials {
  scheme: string;
  value: string;
}

/** `undefined` when the header is absent or has no value behind its scheme. */
export function credentialsOf(header: string | undefined): Credentials | undefined {
  const match = /^(\S+) (.+)$/s.exec(header ?? '');
  return match ? { scheme: match[1]!.toLowerCase(), value: match[2]! } : undefined;
}
