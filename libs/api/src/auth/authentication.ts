import type { Datastore } from '@tork/datastore';
import type { Logger } from '@tork/observability';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WebConfig } from '../config';
import { pathOf } from '../http/query';
import { BasicAuth } from './basic-auth';
import { InsufficientScopeError, InvalidKeyError, MissingKeyError, UnauthorizedError } from './errors';
import { credentialsOf, type Identity } from './identity';
import { KeyAuth } from './key-auth';
import type { Passwords } from './passwords';
import { opens, scopeFor } from './scopes';
import { TokenAuth } from './token-auth';

export interface AuthenticationOptions {
  config: Pick<WebConfig, 'basicauth' | 'keyauth' | 'tokenauth'>;
  datastore: Pick<Datastore, 'credentials' | 'tokenByHash' | 'touchToken'>;
  passwords: Passwords;
  log: Logger;
}

/** Lets requests in that have credentials of a kind that is enabled; any of them is enough. Without one, lets all in. */
export function authenticate(instance: FastifyInstance, options: AuthenticationOptions): void {
  const { basicauth, keyauth, tokenauth } = options.config;
  if (!basicauth.enabled && !keyauth.enabled && !tokenauth.enabled) return;
  const authentication = new Authentication(options);
  instance.addHook('onRequest', async (request) => {
    await authentication.admit(request);
  });
}

class Authentication {
  private readonly basic: BasicAuth | undefined;
  private readonly key: KeyAuth | undefined;
  private readonly tokens: TokenAuth | undefined;

  constructor({ config, datastore, log, passwords }: AuthenticationOptions) {
    const { basicauth, keyauth, tokenauth } = config;
    if (basicauth.enabled) this.basic = new BasicAuth(datastore, passwords);
    if (keyauth.enabled) this.key = new KeyAuth(keyauth, log);
    if (tokenauth.enabled) this.tokens = new TokenAuth({ datastore, log });
  }

  /** Tells who sends the request. Rejects when it is not let in. */
  async admit(request: FastifyRequest): Promise<void> {
    // Passwords are asked for everywhere, as in the original; who has neither key nor token may look at the health.
    if (!this.basic && pathOf(request.raw.url) === '/health') return;
    const identity = (request.identity = await this.identify(request.headers.authorization));
    if (identity.user) request.currentUser = identity.user.username;
    const needed = scopeFor(request.method, request.routeOptions.url);
    if (opens(identity.scope, needed)) return;
    const asked = `${request.method} ${request.routeOptions.url}`;
    throw new InsufficientScopeError(
      `token ${identity.credential} has the scope ${identity.scope}, but ${asked} needs ${needed}`,
    );
  }

  private async identify(header: string | undefined): Promise<Identity> {
    const { scheme, value = '' } = credentialsOf(header) ?? {};
    if (scheme === 'basic' && this.basic) {
      const identity = await this.basic.login(value);
      if (!identity) throw this.refusal();
      return identity;
    }
    if (scheme === 'bearer' && (this.key || this.tokens)) {
      const identity = this.key?.login(value) ?? (await this.tokens?.login(value));
      if (!identity) throw this.refusal('invalid or expired token');
      return identity;
    }
    if (this.basic || !this.key) throw this.refusal('missing token in request header');
    throw header === undefined ? new MissingKeyError() : new InvalidKeyError();
  }

  /** `text` is for those who have tokens alone; with passwords and keys the original's clients know what to expect. */
  private refusal(text?: string): UnauthorizedError {
    if (this.basic) return new UnauthorizedError('basic realm=Restricted');
    return this.key ? new UnauthorizedError() : new UnauthorizedError('Bearer', text);
  }
}
