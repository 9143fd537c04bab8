import { createReadStream } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { sendJson } from '../http/answer';

/** The files of Swagger UI that the page loads; nothing comes from elsewhere. */
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
  'favicon-32x32.png': 'image/png',
};

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Tork API</title>
    <link rel="icon" href="docs/favicon-32x32.png" />
    <link rel="stylesheet" href="docs/swagger-ui.css" />
  </head>
  <body>
    <div id="api"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;
const START = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#api', deepLinking: true });\n`;

/** What the page may load; Swagger UI sets styles and draws its icons inline. */
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/** Serves the API document at `/openapi.json` and a page to read and try it at `/docs`. */
export function serveDocs(instance: FastifyInstance, document: () => object): void {
  let built: object | undefined;
  instance.get('/openapi.json', (request, reply) => sendJson(request, reply, 200, (built ??= document())));
  instance.get('/docs', (_request, reply) =>
    reply.header('content-security-policy', POLICY).type('text/html; charset=utf-8').send(PAGE),
  );
  instance.get('/docs/start.js', (_request, reply) => reply.type('text/javascript').send(START));
  for (const [file, type] of Object.entries(ASSETS)) {
    instance.get(`/docs/${file}`, (_request, reply) =>
      reply
        .type(type)
        .header('cache-control', 'max-age=86400')
        .send(createReadStream(assetPath(file))),
    );
  }
}

/** Resolved when asked for: a process that nobody asks for its page does without the package. */
const assetPath = (file: string): string => join(dirname(require.resolve('swagger-ui-dist/package.json')), file);
