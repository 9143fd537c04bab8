import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';

/**
 * What keeps browsers from making more of an answer than it is: no sniffing of types, no frames, nothing loaded from a
 * page that should not be one. Answers hold data of jobs, so no cache keeps them. `/docs` has a policy of its own.
 *
 * Called as a plain function, because `@fastify/helmet` adds its hook when plugins are loaded, behind those that refuse
 * requests. What it would say of TLS is left out: there is none here, and a proxy's policy is the proxy's to set.
 */
export function addSecurityHeaders(instance: FastifyInstance): void {
  const secure = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: false,
    // Pages of other origins are CORS's business, and what remains concerns pages, of which there is one.
    crossOriginResourcePolicy: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
    xPoweredBy: false,
  });
  instance.addHook('onRequest', (request, reply, done) => {
    reply.header('cache-control', 'no-store');
    secure(request.raw, reply.raw, (error?: unknown) => done(error as Error | undefined));
  });
}
