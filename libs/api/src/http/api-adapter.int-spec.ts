import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Body, Controller, Get, HttpCode, HttpException, Module, Post, Put, Query } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLogger } from '@tork/observability';
import { eventually, sendRaw } from '@tork/testing';
import { webConfig } from '../config';
import { API_LOG } from '../tokens';
import { ApiAdapter } from './api-adapter';
import { ErrorFilter } from './error.filter';
import type { ClientTimeouts } from './fastify';
import { Id } from './id';
import { listen } from './listen';

@Controller('things')
class ThingsController {
  @Get()
  list(@Query() query: object) {
    return [query];
  }

  @Post()
  @HttpCode(200)
  create(@Body() body: Buffer | undefined) {
    return { bytes: body?.length ?? null };
  }

  @Get('broken')
  broken() {
    throw new Error('the password is hunter2');
  }

  @Get('teapot')
  teapot() {
    throw new HttpException('short and stout', 418);
  }

  @Get('slow')
  async slow() {
    arrived();
    await released;
    return { slow: true };
  }

  @Get('text')
  text() {
    return 'plain';
  }

  @Get(':id')
  get(@Id() id: string) {
    return { id };
  }

  @Put(':id/push')
  push() {
    return { status: 'OK' };
  }
}

let arrived: () => void;
let released: Promise<void>;

const lines: { level: string; [field: string]: unknown }[] = [];
const log = createLogger({
  level: 'trace',
  format: 'json',
  destination: { write: (line) => void lines.push(JSON.parse(line)) },
});

@Module({
  controllers: [ThingsController],
  providers: [
    { provide: API_LOG, useValue: log },
    { provide: APP_FILTER, useClass: ErrorFilter },
  ],
})
class ThingsModule {}

const createApp = (timeouts?: Partial<ClientTimeouts>) => {
  const web = webConfig.parse({ bodylimit: '1000' });
  const adapter = new ApiAdapter({ web, log, timeouts });
  return NestFactory.create<NestFastifyApplication>(ThingsModule, adapter, { logger: false });
};

let app: NestFastifyApplication;
let base: string;
let port: number;

beforeAll(async () => {
  app = await createApp();
  base = await listen(app, '127.0.0.1:0');
  port = (app.getHttpServer().address() as AddressInfo).port;
});
afterAll(() => app.close());
beforeEach(() => void (lines.length = 0));

const get = (path: string, init?: RequestInit) => fetch(base + path, init);

describe('answers', () => {
  it('are JSON without a charset, with a newline', async () => {
    const response = await get('/things/1');

    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe('{"id":"1"}\n');
  });

  it.each(['pretty', 'pretty=', 'pretty=false', 'a=b&pretty'])('are indented with ?%s', async (query) => {
    expect(await (await get(`/things/1?${query}`)).text()).toBe('{\n  "id": "1"\n}\n');
  });

  it.each(['Pretty', 'prettyplease'])('are compact with ?%s', async (query) => {
    expect(await (await get(`/things/1?${query}`)).text()).toBe('{"id":"1"}\n');
  });

  it('are indented for errors, too', async () => {
    expect(await (await get('/nowhere?pretty')).text()).toBe('{\n  "message": "Not Found"\n}\n');
  });

  it('may be text', async () => {
    const response = await get('/things/text');

    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toBe('plain');
  });
});

describe('routing', () => {
  it.each(['/', '/nowhere', '/things/', '/things/1/', '/things//push', '/THINGS', '//things', '/things/1/nowhere'])(
    'knows nothing of %s',
    async (path) => {
      const response = await get(path);

      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(await response.json()).toEqual({ message: 'Not Found' });
    },
  );

  it.each([
    ['DELETE', '/things', 'OPTIONS, GET, POST'],
    ['PATCH', '/things/1', 'OPTIONS, GET'],
    ['GET', '/things/1/push', 'OPTIONS, PUT'],
    ['QUERY', '/things', 'OPTIONS, GET, POST'],
    ['PROPFIND', '/things', 'OPTIONS, GET, POST'],
  ])('refuses %s %s', async (method, path, allow) => {
    const answer = await sendRaw(port, `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);

    expect(answer).toMatchObject({ status: 405, body: '{"message":"Method Not Allowed"}\n' });
    expect(answer.headers).toMatchObject({ allow, 'content-type': 'application/json' });
  });

  it('refuses a wrong method whatever the body claims to be', async () => {
    const response = await get('/things/1', { method: 'POST', body: 'x', headers: { 'content-type': 'nonsense' } });

    expect(response.status).toBe(405);
  });

  it('answers HEAD without a body', async () => {
    const known = await get('/things', { method: 'HEAD' });
    const unknown = await get('/nowhere', { method: 'HEAD' });

    expect([known.status, known.headers.get('allow')]).toEqual([405, 'OPTIONS, GET, POST']);
    expect([unknown.status, unknown.headers.get('content-type')]).toEqual([404, null]);
  });

  it('answers OPTIONS for what there is', async () => {
    const known = await get('/things/1/push', { method: 'OPTIONS' });
    const unknown = await get('/nowhere', { method: 'OPTIONS' });

    expect([known.status, known.headers.get('allow'), await known.text()]).toEqual([204, 'OPTIONS, PUT', '']);
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toEqual({ message: 'Not Found' });
  });

  it.each([
    ['a%2Fb', 'a/b'],
    ['%20', ' '],
    ['%C3%BC', 'ü'],
    ['a;b', 'a;b'],
    ['x'.repeat(9000), 'x'.repeat(9000)],
    ['a%00b', 'a\ufffdb'],
  ])('takes %s for an id', async (path, id) => {
    expect(await (await get(`/things/${path}`)).json()).toEqual({ id });
  });

  it('takes a whole URL in the request line', async () => {
    const answer = await sendRaw(port, `GET http://tork:80/things/7?x HTTP/1.1\r\nHost: tork\r\n\r\n`);

    expect(answer).toMatchObject({ status: 200, body: '{"id":"7"}\n' });
  });
});

describe('queries', () => {
  it.each([
    ['q=a|\\^`{}[]?:*!(', [{ q: 'a|\\^`{}[]?:*!(' }]],
    ['q=50%&page=1', [{ page: '1' }]],
    ['q=odd;even', [{}]],
    ['q=bulk+07', [{ q: 'bulk 07' }]],
  ])('reads %s', async (query, expected) => {
    const answer = await sendRaw(port, `GET /things?${query} HTTP/1.1\r\nHost: x\r\n\r\n`);

    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual(expected);
  });
});

describe('bodies', () => {
  const post = (length: number, headers: Record<string, string>, chunked: boolean): Promise<[number, string]> =>
    new Promise((resolve, reject) => {
      const request = httpRequest(`${base}/things`, { method: 'POST', headers, agent: false }, (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve([response.statusCode!, text]));
      });
      request.on('error', reject);
      if (!chunked) request.setHeader('content-length', length);
      for (let sent = 0; sent < length; sent += 500) request.write('x'.repeat(Math.min(500, length - sent)));
      request.end();
    });

  it.each([
    [1000, false],
    [1000, true],
  ])('of %d bytes are taken (chunked: %p)', async (length, chunked) => {
    expect(await post(length, { 'content-type': 'text/yaml' }, chunked)).toEqual([200, '{"bytes":1000}\n']);
  });

  it.each([
    [1001, false],
    [1001, true],
    [3_000_000, false],
    [3_000_000, true],
  ])('of %d bytes are too large (chunked: %p)', async (length, chunked) => {
    expect(await post(length, {}, chunked)).toEqual([413, '{"message":"Request Entity Too Large"}\n']);
  });

  it('are bytes whatever their type', async () => {
    expect(await post(2, { 'content-type': 'application/json' }, false)).toEqual([200, '{"bytes":2}\n']);
    expect(await post(2, {}, false)).toEqual([200, '{"bytes":2}\n']);
  });

  it('may be missing', async () => {
    const response = await get('/things', { method: 'POST' });

    expect(await response.json()).toEqual({ bytes: null });
  });

  it('with a type that is none are refused', async () => {
    expect(await post(2, { 'content-type': 'foo' }, false)).toEqual([400, '{"message":"unknown content type: foo"}\n']);
  });
});

describe('errors', () => {
  it('that nobody expected disclose nothing and are logged under the id of the request', async () => {
    const response = await get('/things/broken');

    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: 'Internal Server Error' });
    const logged = lines.find((line) => line.message === 'request failed');
    expect(logged).toMatchObject({
      level: 'error',
      requestId: response.headers.get('x-request-id'),
      path: '/things/broken',
      error: { message: 'the password is hunter2' },
    });
  });

  it('of Nest keep their status and text', async () => {
    const response = await get('/things/teapot');

    expect(response.status).toBe(418);
    expect(await response.json()).toEqual({ message: 'short and stout' });
  });
});

describe('broken requests', () => {
  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400, 'Bad Request'],
    ['an unknown method', 'FOO /things HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'Bad Request'],
    ['a path that cannot be decoded', 'GET /things/%zz HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'Bad Request'],
    [
      'huge headers',
      `GET /things HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'Request Header Fields Too Large',
    ],
    [
      'two lengths',
      'POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
      'Bad Request',
    ],
    [
      'length and chunks',
      'POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'Bad Request',
    ],
    ['a bad chunk', 'POST /things HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400, 'Bad Request'],
  ])('with %s are answered', async (_what, request, status, message) => {
    const answer = await sendRaw(port, request);

    expect(answer).toMatchObject({ status, body: `${JSON.stringify({ message })}\n` });
  });

  it.each([
    ['headers', 'GET /things HTTP/1.1\r\nHost: x\r\n'],
    ['bodies', 'POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab'],
  ])('with %s that do not end are answered', async (_what, request) => {
    const impatient = await createApp({ headersMs: 300, requestMs: 600 });
    await listen(impatient, '127.0.0.1:0');
    const { port } = impatient.getHttpServer().address() as AddressInfo;

    const answer = await sendRaw(port, request).finally(() => impatient.close());

    expect(answer).toMatchObject({ status: 408, body: '{"message":"Request Timeout"}\n' });
  });

  it('leave the server working', async () => {
    expect((await get('/things/1')).status).toBe(200);
  });
});

describe('the request log', () => {
  const requests = () => lines.filter((line) => line.message === 'Request');

  it('has a line for each request', async () => {
    await (await get('/things/1?a=b')).text();
    await (await get('/nowhere')).text();

    await eventually(() => expect(requests()).toHaveLength(2));
    expect(requests()).toEqual([
      expect.objectContaining({
        level: 'debug',
        URI: '/things/1?a=b',
        method: 'GET',
        status: 200,
        'remote-ip': '127.0.0.1',
      }),
      expect.objectContaining({ level: 'error', URI: '/nowhere', status: 404, cause: 'Not Found' }),
    ]);
  });

  it('has what was refused before it was read', async () => {
    await get('/things', { method: 'POST', body: 'x'.repeat(2000) });

    await eventually(() =>
      expect(requests()).toEqual([expect.objectContaining({ status: 413, cause: 'Request Entity Too Large' })]),
    );
  });
});

describe('close', () => {
  it('lets a request end, and does not wait for its connection', async () => {
    const other = await createApp();
    const url = await listen(other, '127.0.0.1:0');
    let release!: () => void;
    released = new Promise((resolve) => (release = resolve));
    const asked = new Promise<void>((resolve) => (arrived = resolve));
    const answer = fetch(`${url}/things/slow`);
    await asked;

    const closed = other.close();
    await expect(fetch(`${url}/things/1`)).rejects.toThrow();
    release();

    expect(await (await answer).json()).toEqual({ slow: true });
    await closed;
  });
});
