import { connect } from 'node:net';
import { Readable } from 'node:stream';
import type { Middleware } from '@tork/middleware';
import type { Datastore } from '@tork/datastore';
import { eventually } from '@tork/testing';
import { z } from 'zod';
import {
  type ApiOptions,
  type ApiUnderTest,
  SMALL_JOB,
  START_TIMEOUT_MS,
  startApi,
  startDatastore,
} from '../api-under-test.fixtures';
import { HttpError } from './errors';
import { USERNAME, type WebContext } from './web-context';

let datastore: Datastore;
beforeAll(async () => (datastore = await startDatastore()), START_TIMEOUT_MS);
afterAll(() => datastore.close());

let api: ApiUnderTest | undefined;
afterEach(() => api?.close());

const start = async (options: ApiOptions) => (api = await startApi(datastore, options));
const behind = async (...webMiddleware: Middleware<WebContext>[]) => start({ webMiddleware });

describe('the web chain', () => {
  it('nests in order of registration around the routes, and around paths that nobody has', async () => {
    const steps: string[] = [];
    const tracing =
      (name: string): Middleware<WebContext> =>
      async ({ request, response }, next) => {
        steps.push(`${name} in ${request.url}`);
        await next();
        steps.push(`${name} out ${response.statusCode}`);
      };
    const { call } = bound(await behind(tracing('a'), tracing('b')));

    await call('GET', '/health');
    await call('GET', '/nowhere');
    await call('DELETE', '/health');

    expect(steps).toEqual(
      [
        ['/health', 200],
        ['/nowhere', 404],
        ['/health', 405],
      ].flatMap(([url, status]) => [`a in ${url}`, `b in ${url}`, `b out ${status}`, `a out ${status}`]),
    );
  });

  it('may change request, status, headers and body', async () => {
    const rewriting: Middleware<WebContext> = async (context, next) => {
      context.request.headers['content-type'] = 'application/json';
      await next();
      const { name } = JSON.parse(String(context.payload)) as { name: string };
      context.response.code(201).header('x-name', name);
      context.payload = JSON.stringify({ only: name });
    };
    const { base } = await behind(rewriting);

    const answer = await fetch(`${base}/jobs`, {
      method: 'POST',
      body: JSON.stringify(SMALL_JOB),
      headers: { 'content-type': 'application/nonsense' },
    });

    expect([answer.status, answer.headers.get('x-name'), await answer.json()]).toEqual([
      201,
      'small',
      { only: 'small' },
    ]);
  });

  it('may answer anew what was answered', async () => {
    const { call } = bound(
      await behind(
        async (context, next) => {
          await next();
          context.json(418, { was: context.response.statusCode, of: context.get('who') });
        },
        async (context, next) => {
          context.set('who', 'me');
          await next();
        },
      ),
    );

    expect(await call('GET', '/health')).toMatchObject({ status: 418, body: { was: 200, of: 'me' } });
  });

  it.each<[string, Middleware<WebContext>]>([
    ['string', (context) => context.string(401, 'no')],
    ['error, and going on all the same', (context, next) => (context.error(401, new Error('no')), next())],
    ['Fastify, awaited', async ({ response }) => void (await response.code(401).send('no'))],
    ['Fastify, returned', async ({ response }) => response.code(401).send('no') as never],
    ['a stream', ({ response }) => void response.code(401).send(Readable.from(['n', 'o']))],
    ['a promise that comes later', async (context) => (await new Promise(setImmediate), context.string(401, 'no'))],
  ])('ends where a link answers by %s', async (_, refusing) => {
    const seen: number[] = [];
    const { base, commands } = await behind(async ({ response }, next) => {
      await next();
      seen.push(response.statusCode);
      response.header('x-outer', 'yes');
    }, refusing);

    const answer = await fetch(`${base}/jobs`, {
      method: 'POST',
      body: JSON.stringify(SMALL_JOB),
      headers: { 'content-type': 'application/json' },
    });

    expect([answer.status, answer.headers.get('x-outer'), await answer.text()]).toEqual([
      401,
      'yes',
      expect.stringMatching(/^no$|^\{"message":"no"\}\n$/),
    ]);
    expect(seen).toEqual([401]);
    expect(commands).toEqual([]);
  });

  it('answers for a link that neither answers nor goes on, and says which in the log', async () => {
    const lines: Record<string, unknown>[] = [];
    const forgetful: Middleware<WebContext> = function forgetful() {};
    const { call } = bound(
      await start({ webMiddleware: [(_, next) => next(), forgetful], onLog: (l) => lines.push(l) }),
    );

    expect(await call('GET', '/health')).toMatchObject({
      status: 500,
      body: { message: 'a middleware ended this request without an answer' },
    });
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error', middleware: 'forgetful' }));
  });

  it.each<[string, Middleware<WebContext>, number, string]>([
    ['before next', () => Promise.reject(new HttpError(429, 'slowly')), 429, 'slowly'],
    [
      'at once',
      () => {
        throw new HttpError(402, 'pay');
      },
      402,
      'pay',
    ],
    [
      'behind next',
      async (_, next) => {
        await next();
        throw new HttpError(409, 'late');
      },
      409,
      'late',
    ],
    [
      'beside next',
      async (_, next) => {
        void next();
        throw new HttpError(409, 'early');
      },
      409,
      'early',
    ],
    ['without a status', () => Promise.reject(new Error('a secret')), 500, 'Internal Server Error'],
    [
      'behind next, without a status',
      async (_, next) => {
        await next();
        throw new Error('a secret');
      },
      500,
      'Internal Server Error',
    ],
  ])('answers what a link throws %s', async (_, throwing, status, message) => {
    const { call } = bound(await behind(throwing));

    expect(await call('GET', '/health')).toMatchObject({ status, body: { message } });
    expect(await call('GET', '/nowhere')).toMatchObject({ status, body: { message } });
  });

  it('lets a link answer for what comes behind', async () => {
    const { call } = bound(
      await behind(
        (context, next) => next().catch((error: Error) => context.json(503, { caught: error.message })),
        () => Promise.reject(new Error('broken')),
      ),
    );

    expect(await call('GET', '/health')).toMatchObject({ status: 503, body: { caught: 'broken' } });
  });

  it('makes a user the current one', async () => {
    const { call } = bound(
      await behind((context, next) => {
        context.set(USERNAME, context.request.headers['x-user'] ?? 'guest');
        return next();
      }),
    );

    const unknown = await fetch(`${api!.base}/jobs`, {
      method: 'POST',
      body: JSON.stringify(SMALL_JOB),
      headers: { 'content-type': 'application/json', 'x-user': 'nobody' },
    });
    const known = await call<{ id: string }>('POST', '/jobs', SMALL_JOB);

    expect([unknown.status, await unknown.json()]).toEqual([400, { message: 'user not found' }]);
    expect(known.status).toBe(200);
  });

  it('may read the body before the routes do', async () => {
    const seen: unknown[] = [];
    const { call, base } = bound(
      await behind(async (context, next) => {
        seen.push(await context.bind());
        await next();
      }),
    );

    expect(await call('POST', '/jobs', SMALL_JOB)).toMatchObject({ status: 200 });
    expect(seen).toEqual([SMALL_JOB]);
    const large = await fetch(`${base}/jobs`, {
      method: 'POST',
      body: JSON.stringify({ name: 'x'.repeat(600_000) }),
      headers: { 'content-type': 'application/json' },
    });
    expect([large.status, await large.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
  });

  it('ends with the client', async () => {
    const ends: boolean[] = [];
    const { port } = await behind(async ({ done }, next) => {
      const ended = new Promise((resolve) => done.addEventListener('abort', resolve));
      await next();
      await ended;
      ends.push(done.aborted);
    });

    const socket = connect(port, '127.0.0.1', () => socket.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n'));
    await eventually(async () => expect(socket.bytesWritten).toBeGreaterThan(0));
    setTimeout(() => socket.destroy(), 50);

    await eventually(async () => expect(ends).toEqual([true]));
  });
});

describe('an endpoint', () => {
  it('answers through its context, or by what it returns', async () => {
    const { base } = await start({
      endpoints: [
        { method: 'GET', path: '/text', handle: (context) => context.string(200, 'Hello') },
        { method: 'GET', path: '/json', handle: (context) => context.json(202, { a: 1 }) },
        { method: 'GET', path: '/none', handle: (context) => context.noContent(204) },
        { method: 'GET', path: '/error', handle: (context) => context.error(400, 'bad') },
        { method: 'GET', path: '/nothing', handle: () => undefined },
        { method: 'GET', path: '/value', handle: () => ({ b: 2 }) },
      ],
    });
    const get = async (path: string) => {
      const answer = await fetch(base + path);
      return [answer.status, answer.headers.get('content-type'), await answer.text()];
    };

    expect(await get('/text')).toEqual([200, 'text/plain; charset=UTF-8', 'Hello']);
    expect(await get('/json')).toEqual([202, 'application/json', '{"a":1}\n']);
    expect(await get('/none')).toEqual([204, null, '']);
    expect(await get('/error')).toEqual([400, 'application/json', '{"message":"bad"}\n']);
    expect(await get('/nothing')).toEqual([200, null, '']);
    expect(await get('/value')).toEqual([200, 'application/json', '{"b":2}\n']);
  });

  it('reads bodies by their content type', async () => {
    const schema = z.object({ name: z.string() });
    const { base } = await start({
      endpoints: [
        { method: 'POST', path: '/any', handle: async (context) => context.json(200, await context.bind()) },
        { method: 'POST', path: '/strict', handle: async (context) => context.json(200, await context.bind(schema)) },
      ],
    });
    const post = async (path: string, type: string, body: string | Uint8Array<ArrayBuffer>) => {
      const answer = await fetch(base + path, { method: 'POST', body, headers: { 'content-type': type } });
      return [answer.status, await answer.json()];
    };

    expect(await post('/any', 'application/json; charset=utf-8', '{"name":"a"}')).toEqual([200, { name: 'a' }]);
    expect(await post('/any', 'application/xml', '<user><name>a</name></user>')).toEqual([
      200,
      { user: { name: 'a' } },
    ]);
    expect(await post('/any', 'application/x-www-form-urlencoded', 'name=a+b&x=%26')).toEqual([
      200,
      { name: 'a b', x: '&' },
    ]);
    expect(await post('/any', 'application/json', '{')).toEqual([
      400,
      { message: expect.stringMatching(/^invalid application\/json: /) },
    ]);
    expect(await post('/any', 'application/xml', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')).toEqual([
      400,
      { message: 'invalid application/xml: a document type is not allowed' },
    ]);
    expect(await post('/any', 'application/json', new Uint8Array([0x22, 0xff, 0x22]))).toMatchObject([400, {}]);
    expect(await post('/any', 'image/png', 'x')).toEqual([
      415,
      { message: 'expected a body in JSON, XML or as a form, found content type image/png' },
    ]);
    expect(await post('/strict', 'application/json', '{"name":1}')).toEqual([
      400,
      { message: expect.stringContaining('expected string, received number') },
    ]);
  });

  it('takes no route of Tork, and none that the router cannot read', async () => {
    const handle = () => 'mine';

    for (const [path, reason] of [
      ['/jobs', 'expected a route of its own, found one of Tork'],
      ['/jobs/:name', 'expected a route of its own, found one of Tork'],
    ] as const) {
      await expect(start({ endpoints: [{ method: 'GET', path, handle }] })).rejects.toThrow(
        `endpoint GET ${path}: ${reason}`,
      );
    }
  });

  it('hears when the server stops', async () => {
    let stopped = false;
    const { base, close } = bound(
      await start({
        endpoints: [
          {
            method: 'GET',
            path: '/long',
            handle: async ({ done }) => {
              await new Promise((resolve) => done.addEventListener('abort', resolve));
              stopped = true;
              return 'over';
            },
          },
        ],
      }),
    );
    const answer = fetch(`${base}/long`);
    await fetch(`${base}/health`);

    await close();
    api = undefined;

    expect(stopped).toBe(true);
    expect(await (await answer).text()).toBe('over');
  });
});

/** Its methods can be taken apart. */
function bound(of: ApiUnderTest) {
  return { base: of.base, call: of.call.bind(of) as ApiUnderTest['call'], close: () => of.close() };
}
