import type { Datastore } from '@tork/datastore';
import type { Logger } from '@tork/observability';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { authenticate } from '../auth/authentication';
import type { Passwords } from '../auth/passwords';
import type { WebConfig } from '../config';
import { allowOrigins } from './cors';
import { refuseForeignPages } from './foreign-pages';
import { limitRate } from './rate-limit';

export interface BuiltInServices {
  datastore: Pick<Datastore, 'credentials' | 'tokenByHash' | 'touchToken'>;
  passwords: Passwords;
}

export interface BuiltInOptions extends BuiltInServices {
  web: WebConfig;
  log: Logger;
  /** The methods of the path of a request; none if there is no such path. */
  methodsOf(request: FastifyRequest): readonly string[];
}

/**
 * The web middleware that is configured by `middleware.web`, in the order in which it sees a request; it comes behind that
 * of the embedding program. The request log, the audit log and the headers of every answer are there from the start,
 * outermost, and the limit of bodies where bodies are read: see `createFastify`.
 */
export function addBuiltIns(instance: FastifyInstance, options: BuiltInOptions): void {
  const { datastore, log, methodsOf, passwords, web } = options;
  allowOrigins(instance, web.cors, methodsOf);
  refuseForeignPages(instance, web.cors);
  authenticate(instance, { config: web, datastore, passwords, log });
  limitRate(instance, web.ratelimit);
}
