import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WebConfig } from '../config';
import { originMatcher } from './origins';

export type CorsConfig = WebConfig['cors'];

/**
 * Lets pages of other origins call the API. Every `OPTIONS` is answered here, before anybody asks for credentials, which
 * browsers do not send with it. A request without an origin, or with a foreign one, goes on without these headers: it is
 * the browser that keeps its page from the answer.
 *
 * Not `@fastify/cors`, which answers an `OPTIONS` that is no preflight request with 400 or 404, reflects the origin
 * where the configuration says `*`, and knows patterns as regular expressions only: clients of Tork see other headers.
 */
export function allowOrigins(
  instance: FastifyInstance,
  config: CorsConfig,
  methodsOf: (request: FastifyRequest) => readonly string[],
): void {
  if (!config.enabled) return;
  const isAllowed = originMatcher(config.origins);
  const anybody = config.origins.includes('*');
  const [methods, headers, exposed] = [config.methods, config.headers, config.expose ?? config.headers].map((names) =>
    names.join(','),
  );
  instance.addHook('onRequest', (request, reply, done) => {
    const preflight = request.method === 'OPTIONS';
    const { origin } = request.headers;
    const vary = (name: string) => void reply.header('vary', [reply.getHeader('vary') ?? [], name].flat().join(', '));
    vary('Origin');
    if (preflight) {
      const allowed = methodsOf(request);
      if (allowed.length > 0) reply.header('allow', allowed.join(', '));
    }
    if (origin && (anybody || isAllowed(origin))) {
      reply.header('access-control-allow-origin', anybody ? '*' : origin);
      if (config.credentials) reply.header('access-control-allow-credentials', 'true');
      if (preflight) {
        vary('Access-Control-Request-Method');
        vary('Access-Control-Request-Headers');
        reply.headers({ 'access-control-allow-methods': methods, 'access-control-allow-headers': headers });
      } else if (exposed) reply.header('access-control-expose-headers', exposed);
    }
    if (preflight) reply.code(204).send();
    else done();
  });
}
