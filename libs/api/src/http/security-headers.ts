import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';

/**
 * What keeps browsers from making more of an answer than it is: no sniffing of types, no frames, nothing loaded from a
 * page that should not be one. Answers hold data of jobs, so no cache keeps them. `/docs` has a policy of its own.
 *
 * `@fastify/helmet` would add its hook when plugins are loaded, behind those that refuse requests; and since the headers are
 * the same for every answer, Helmet is asked once. What it would say of TLS is left out: there is none here, and a proxy's
 * policy is the proxy's to set.
 */
export function addSecurityHeaders(instance: FastifyInstance): void {
  const headers = { ...helmetHeaders(), 'cache-control': 'no-store' };
  instance.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}

function helmetHeaders(): Record<string, string> {
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
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  secure(request, response, (error?: unknown) => {
    if (error) throw error;
  });
  return response.getHeaders() as Record<string, string>;
}
