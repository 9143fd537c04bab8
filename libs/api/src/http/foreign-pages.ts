import type { FastifyInstance } from 'fastify';
import type { CorsConfig } from './cors';
import { ForeignPageError } from './errors';
import { onlyLooks } from './methods';
import { originMatcher } from './origins';

/**
 * Refuses what a page of another site has its visitor's browser send, be it by a form: the browser may know a password for
 * Tork, or reach a Tork that asks for none. Such requests say so in `Sec-Fetch-Site`, which pages cannot set. Programs do
 * not send it, and pages that CORS allows are no strangers.
 */
export function refuseForeignPages(instance: FastifyInstance, cors: CorsConfig): void {
  const isAllowed = cors.enabled ? originMatcher(cors.origins) : () => false;
  instance.addHook('onRequest', ({ headers, method }, _reply, done) => {
    const isForeign = headers['sec-fetch-site'] === 'cross-site' && !onlyLooks(method);
    if (isForeign && !isAllowed(headers.origin ?? '')) done(new ForeignPageError());
    else done();
  });
}
