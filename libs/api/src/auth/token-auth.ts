import type { ApiToken } from '@tork/core';
import type { Datastore } from '@tork/datastore';
import type { Logger } from '@tork/observability';
import { hashToken, isTokenText } from './api-tokens';
import type { Identity } from './identity';

/** The last use of a token is written down no more often than that. */
const TOUCH_EVERY_MS = 60_000;

export interface TokenAuthOptions {
  datastore: Pick<Datastore, 'tokenByHash' | 'touchToken'>;
  log: Logger;
}

/** API tokens. Each request looks its token up, so that one that is revoked opens nothing from that moment on. */
export class TokenAuth {
  /** When the uses of tokens were last written down from here, by id. */
  private readonly touchedAt = new Map<string, number>();

  constructor(private readonly options: TokenAuthOptions) {}

  /** Whose token it is. Nobody's, if it is unknown or expired, or its user is disabled. */
  async login(value: string): Promise<Identity | undefined> {
    if (!isTokenText(value)) return undefined;
    const token = await this.options.datastore.tokenByHash(hashToken(value));
    const now = Date.now();
    if (!token || token.user?.disabled || (token.expiresAt && token.expiresAt.getTime() <= now)) return undefined;
    this.touch(token, now);
    return { via: 'token', credential: token.name, user: token.user, scope: token.scope };
  }

  /** Nobody waits for it: a datastore that cannot write keeps nobody from reading. */
  private touch({ id, lastUsedAt }: ApiToken, now: number): void {
    const last = Math.max(this.touchedAt.get(id) ?? 0, lastUsedAt?.getTime() ?? 0);
    if (now - last < TOUCH_EVERY_MS) return;
    this.touchedAt.set(id, now);
    const { datastore, log } = this.options;
    datastore
      .touchToken(id, new Date(now))
      .catch((error: unknown) => log.debug({ error }, 'the use of an API token was not noted'));
  }
}
