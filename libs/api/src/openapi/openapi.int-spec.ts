import type { Datastore } from '@tork/datastore';
import { type ApiUnderTest, SMALL_JOB, startApi, START_TIMEOUT_MS, startDatastore } from '../api-under-test.fixtures';
import { ANSWERS, type AnswerName } from './answers';

interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, { responses: Record<string, unknown>; parameters?: { name: string }[] }>>;
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
  security: object[];
}

let datastore: Datastore;
let api: ApiUnderTest;
let document: OpenApi;

beforeAll(async () => {
  datastore = await startDatastore();
  api = await startApi(datastore);
  document = (await api.call<OpenApi>('GET', '/openapi.json')).body;
}, START_TIMEOUT_MS);
afterAll(async () => {
  await api.close();
  await datastore.close();
});

describe('/openapi.json', () => {
  it('describes every route', () => {
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );

    expect(document.openapi).toBe('3.1.0');
    expect(routes.sort()).toEqual([
      'DELETE /queues/{name}',
      'GET /health',
      'GET /jobs',
      'GET /jobs/{id}',
      'GET /jobs/{id}/log',
      'GET /metrics',
      'GET /nodes',
      'GET /queues',
      'GET /queues/{name}',
      'GET /tasks/{id}',
      'GET /tasks/{id}/log',
      'POST /jobs',
      'POST /users',
      'PUT /jobs/{id}/cancel',
      'PUT /jobs/{id}/restart',
    ]);
    for (const methods of Object.values(document.paths)) {
      for (const operation of Object.values(methods)) expect(operation).toHaveProperty('summary');
    }
  });

  it('says how to log in', () => {
    expect(document.security).toEqual([{}, { password: [] }, { key: [] }]);
    expect(Object.keys(document.components.securitySchemes)).toEqual(['password', 'key']);
  });

  it('names no schema that it does not have', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference!);

    const missing = references.filter(
      (reference) => !(reference.replace('#/components/schemas/', '') in document.components.schemas),
    );
    expect(references.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });

  it('has the job document with its parts', () => {
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(['JobDocument', 'TaskDocument', 'MountDocument', 'Job', 'JobSummary', 'Error']),
    );
    expect(JSON.stringify(document.components.schemas.JobDocument)).not.toContain('schedule');
  });

  it('describes what is really answered', async () => {
    const id = await api.submit({
      inputs: { a: 'b' },
      tags: ['t'],
      defaults: { retry: { limit: 1 }, priority: 3 },
      tasks: [{ ...SMALL_JOB.tasks[0], mounts: [{ type: 'volume', target: '/x' }], pre: [{ name: 'before' }] }],
    });
    const calls: [AnswerName, string, string][] = [
      ['Health', 'GET', '/health'],
      ['JobPage', 'GET', '/jobs'],
      ['Job', 'GET', `/jobs/${id}`],
      ['LogPage', 'GET', `/jobs/${id}/log`],
      ['Ok', 'PUT', `/jobs/${id}/cancel`],
      ['Queues', 'GET', '/queues'],
      ['Queue', 'GET', '/queues/jobs'],
      ['Nodes', 'GET', '/nodes'],
      ['Metrics', 'GET', '/metrics'],
      ['Error', 'GET', '/jobs/x'],
      ['User', 'POST', '/users'],
    ];

    for (const [name, method, path] of calls) {
      const { body } = await api.call(method, path, method === 'POST' ? { username: 'ada', password: 'p' } : undefined);
      expect([path, ANSWERS[name].safeParse(body).error?.issues]).toEqual([path, undefined]);
    }
  });
});

describe('/docs', () => {
  const get = (path: string) => fetch(api.base + path);

  it('is a page that loads nothing from elsewhere', async () => {
    const response = await get('/docs');
    const page = await response.text();

    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    const loaded = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url!);
    for (const url of loaded) {
      const asset = await get(`/${url}`);
      expect([url, asset.status]).toEqual([url, 200]);
      await asset.arrayBuffer();
    }
    expect(loaded).toContain('docs/swagger-ui-bundle.js');
  });

  it.each(['/docs/', '/docs/package.json', '/docs/..%2Fpackage.json', '/openapi', '/openapi.json/'])(
    'leaves %s unknown',
    async (path) => {
      const response = await get(path);

      expect(response.status).toBe(404);
      expect(await response.json()).toEqual({ message: 'Not Found' });
    },
  );
});
