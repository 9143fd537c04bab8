import { readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { eventually, useServices } from '@tork/testing';
import { basic, HttpInstallation, type HttpServer } from '../harness/http-server';

const services = useServices('postgres');
const ON = 'true';
const JOB = { name: 'small', secrets: { key: 'hunter2-in-a-job' }, tasks: [{ name: 'only', run: 'true' }] };

let installation: HttpInstallation;
beforeAll(async () => {
  installation = new HttpInstallation(services.postgres.url);
  await installation.output('migration');
}, 60_000);

describe('CORS', () => {
  const PREFLIGHT = {
    origin: 'https://app.example',
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'x-a',
  };
  /** The headers that matter to a browser. */
  async function ask(server: HttpServer, method: string, path: string, headers: Record<string, string> = {}) {
    const { headers: all, status } = await server.call(method, path, headers);
    const seen = [...all].filter(([name]) => /^(access-control|vary$|allow$)/.test(name));
    return { status, ...Object.fromEntries(seen.map(([name, value]) => [name.replace('access-control-', ''), value])) };
  }

  describe('by default', () => {
    let server: HttpServer;
    beforeAll(async () => {
      server = await installation.start({ CORS_ENABLED: ON, BASICAUTH_ENABLED: ON });
    }, 60_000);
    afterAll(() => server.tork.stop());

    it('answers every OPTIONS, before it asks who it is', async () => {
      const allowed = {
        status: 204,
        'allow-origin': '*',
        'allow-methods': '*',
        'allow-headers': '*',
        vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
      };

      expect(await ask(server, 'OPTIONS', '/jobs', PREFLIGHT)).toEqual({ ...allowed, allow: 'OPTIONS, POST, GET' });
      expect(await ask(server, 'OPTIONS', '/no-such-thing', PREFLIGHT)).toEqual(allowed);
      expect(await ask(server, 'OPTIONS', '/jobs')).toEqual({
        status: 204,
        allow: 'OPTIONS, POST, GET',
        vary: 'Origin',
      });
    });

    it('marks answers of any kind', async () => {
      const marked = { 'allow-origin': '*', 'expose-headers': '*', vary: 'Origin' };

      expect(await ask(server, 'GET', '/jobs', { origin: 'null' })).toEqual({ status: 401, ...marked });
      expect(await ask(server, 'GET', '/jobs')).toEqual({ status: 401, vary: 'Origin' });
    });
  });

  it('names the origins that are listed, and nobody else', async () => {
    const server = await installation.start({
      CORS_ENABLED: ON,
      CORS_ORIGINS: 'https://app.example, https://*.apps.example',
      CORS_METHODS: 'GET, POST',
      CORS_HEADERS: 'Authorization, Content-Type',
      CORS_EXPOSE: 'X-Request-Id',
      CORS_CREDENTIALS: ON,
    });

    expect(await ask(server, 'OPTIONS', '/jobs', PREFLIGHT)).toEqual({
      status: 204,
      allow: 'OPTIONS, POST, GET',
      'allow-origin': 'https://app.example',
      'allow-credentials': 'true',
      'allow-methods': 'GET,POST',
      'allow-headers': 'Authorization,Content-Type',
      vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    });
    expect(await ask(server, 'GET', '/health', { origin: 'https://a.apps.example' })).toEqual({
      status: 200,
      'allow-origin': 'https://a.apps.example',
      'allow-credentials': 'true',
      'expose-headers': 'X-Request-Id',
      vary: 'Origin',
    });
    for (const origin of ['https://app.example.evil', 'http://app.example', 'https://apps.example', 'null', 'é']) {
      expect(await ask(server, 'GET', '/health', { origin })).toEqual({ status: 200, vary: 'Origin' });
      expect(await ask(server, 'OPTIONS', '/health', { ...PREFLIGHT, origin })).toMatchObject({
        status: 204,
        vary: 'Origin',
      });
    }
    await server.tork.stop();
  });

  it('is not to be got round by a form on a foreign page', async () => {
    const server = await installation.start({ CORS_ENABLED: ON, CORS_ORIGINS: 'https://app.example' });
    const user = (n: number) => ({ username: `by-form-${n}`, password: 'p' });
    const send = (site: string, origin: string, n: number) =>
      server.call('POST', '/users', { 'sec-fetch-site': site, origin, 'content-type': 'text/plain' }, user(n));

    expect(await send('cross-site', 'https://evil.example', 1)).toMatchObject({
      status: 403,
      body: { message: 'requests of pages of other sites are refused' },
    });
    expect((await send('cross-site', 'https://app.example', 1)).status).toBe(200);
    expect((await send('same-origin', server.tork.url, 2)).status).toBe(200);
    expect(
      (await server.call('GET', '/jobs', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })).status,
    ).toBe(200);
    await server.tork.stop();
  });

  it('does not start with credentials for everybody', async () => {
    await expect(installation.start({ CORS_ENABLED: ON, CORS_CREDENTIALS: ON })).rejects.toThrow(
      'middleware.web.cors.origins: expected origins by name, because middleware.web.cors.credentials is on',
    );
  });
});

describe('rates', () => {
  it('are limited for each client, which cannot choose who it is', async () => {
    const server = await installation.start({ RATELIMIT_ENABLED: ON, RATELIMIT_RPS: '2' });
    await server.call('GET', '/health');
    const ask = (i: number) =>
      server.call('GET', i % 2 ? '/health' : '/no-such-thing', {
        'x-forwarded-for': `10.0.0.${i}`,
        'x-real-ip': `10.1.0.${i}`,
      });

    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => ask(i)));

    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(20);
    expect(refused[0]).toMatchObject({ body: { message: 'rate limit exceeded' } });
    expect(refused[0]!.headers.get('retry-after')).toBe('1');
    await eventually(async () => expect((await server.call('GET', '/health')).status).toBe(200));
    await server.tork.stop();
  });

  it('are limited for those whom a trusted proxy speaks of', async () => {
    const server = await installation.start({
      RATELIMIT_ENABLED: ON,
      RATELIMIT_RPS: '1',
      TRUSTED_PROXIES: '127.0.0.0/8, ::1, 10.9.0.0/16',
    });
    const ask = async (forwarded: string) =>
      (await server.call('GET', '/health', { 'x-forwarded-for': forwarded })).status;

    for (let i = 1; i <= 10; i++) expect(await ask(`192.0.2.${i}`)).toBe(200);
    // What stands in front of the address that the trusted proxy has seen is what the client says of itself.
    const forged = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => ask(`10.0.0.${i}, 198.51.100.7, 10.9.0.1`)),
    );
    expect(forged.filter((status) => status === 429).length).toBeGreaterThanOrEqual(3);
    await server.tork.stop();
  });
});

describe('every answer', () => {
  let server: HttpServer;
  beforeAll(async () => {
    server = await installation.start({ BODYLIMIT: '1K', LOGGER_LEVEL: 'info', LOGGER_SKIP: 'GET /health,* /queues*' });
  }, 60_000);
  afterAll(() => server.tork.stop());

  it('keeps browsers and caches from making more of it', async () => {
    for (const path of ['/health', '/jobs', '/no-such-thing']) {
      const { headers } = await server.call('GET', path);

      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'content-security-policy': "default-src 'none';frame-ancestors 'none'",
        'cache-control': 'no-store',
      });
      expect(headers.get('x-powered-by')).toBeNull();
    }
    const page = await fetch(`${server.tork.url}/docs`);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'self'/);
    const asset = await fetch(`${server.tork.url}/docs/swagger-ui.css`);
    expect(asset.headers.get('cache-control')).toBe('max-age=86400');
  });

  it('has an id, the one that the client chose if it is a sane one', async () => {
    const idOf = async (id?: string) =>
      (await server.call('GET', '/jobs', id ? { 'x-request-id': id } : {})).headers.get('x-request-id');

    expect(await idOf('trace-1')).toBe('trace-1');
    expect(await idOf()).toMatch(/^[0-9a-f]{8}-\d+$/);
    expect(await idOf('x'.repeat(129))).toMatch(/^[0-9a-f]{8}-\d+$/);
    expect(await idOf('<b>"; a=1')).toMatch(/^[0-9a-f]{8}-\d+$/);
    await eventually(() =>
      expect(server.log).toContainEqual(expect.objectContaining({ requestId: 'trace-1', URI: '/jobs' })),
    );
  });

  it('cannot be given further headers', async () => {
    const answers = [
      await server.raw('GET /jobs HTTP/1.1', 'X-Request-Id: a\rSet-Cookie: evil=1'),
      await server.raw('GET /jobs HTTP/1.1', 'X-Request-Id: a%0d%0aSet-Cookie:evil=1'),
      await server.raw('GET /jobs%0d%0aSet-Cookie:evil=1 HTTP/1.1', 'Origin: a'),
      await server.raw('GET /jobs HTTP/1.1', 'X-Request-Id: a', 'X-Request-Id: b'),
      await server.raw('GET /jobs HTTP/1.1', 'Folded: a', ' Set-Cookie: evil=1'),
    ];

    for (const { headers } of answers) expect(headers).not.toHaveProperty('set-cookie');
    expect(answers.map(({ status }) => status)).toEqual([400, 200, 404, 200, 400]);
    expect(answers[3]!.headers['x-request-id']).toMatch(/^[0-9a-f]{8}-\d+$/);
  });

  it('comes to what is too much of it, too', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => `X-${i}: y`);
    const answers = [
      await server.raw('GET /jobs HTTP/1.1', `X-Long: ${'x'.repeat(20_000)}`),
      await server.raw('GET /jobs HTTP/1.1', ...many, ...many, ...many),
      await server.raw(`GET /jobs/${'x'.repeat(20_000)} HTTP/1.1`),
      await server.raw('POST /jobs HTTP/1.1', 'Content-Length: 1001'),
      await server.raw('POST /jobs HTTP/1.1', 'Content-Length: 99999999999999'),
      await server.raw('POST /jobs HTTP/1.1', 'Content-Length: 1', 'Transfer-Encoding: chunked'),
    ];

    expect(answers.map(({ status }) => status)).toEqual([431, 431, 431, 413, 413, 400]);
    for (const { body } of answers) expect(JSON.parse(body)).toEqual({ message: expect.any(String) });
    expect((await server.call('GET', '/health')).status).toBe(200);
  });

  it('does not wait for those who send slowly', async () => {
    const sockets = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const socket = connect(server.port, 'localhost');
        socket.on('error', () => undefined);
        await new Promise((resolve) => socket.once('connect', resolve));
        socket.write(
          'POST /jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"na',
        );
        return socket;
      }),
    );

    const { status } = await server.call('POST', '/jobs', {}, JOB);

    expect(status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  it('is logged, but for what is to be skipped', async () => {
    await server.call('GET', '/nodes?from=the-log');
    await server.call('GET', '/queues?from=the-log');
    await server.call('GET', '/nodes/?from=the-log');
    await server.call('GET', '/health?from=the-log');

    await eventually(() => {
      const lines = server.log.filter(({ URI }) => String(URI).endsWith('from=the-log'));
      expect(lines).toEqual([
        expect.objectContaining({
          message: 'Request',
          level: 'info',
          method: 'GET',
          URI: '/nodes?from=the-log',
          status: 200,
        }),
        expect.objectContaining({ message: 'Request', level: 'error', status: 404, cause: 'Not Found' }),
      ]);
    });
  });
});

describe('the audit log', () => {
  it('has a line for each request that is to change something', async () => {
    const file = join(installation.folder, 'audit/writes.jsonl');
    const user = { username: 'auditor', password: 'hunter2-of-a-user' };
    const open = await installation.start();
    await open.call('POST', '/users', {}, user);
    await open.tork.stop();
    const token = await installation.output('token', 'create', '--name', 'ci', '--scope', 'read');
    const server = await installation.start({
      BASICAUTH_ENABLED: ON,
      TOKENAUTH_ENABLED: ON,
      AUDIT_ENABLED: ON,
      AUDIT_FILE: file,
    });
    const authorization = basic(user.username, user.password);

    const { body } = await server.call('POST', '/jobs?note=hunter2-in-a-query', { authorization }, JOB);
    await server.call('GET', '/jobs', { authorization });
    await server.call('PUT', '/jobs/no-such-job/cancel', { authorization, 'x-request-id': 'mine' });
    await server.call('POST', '/users', { authorization }, { username: 'new\n"one"', password: 'hunter2' });
    await server.call('POST', '/jobs', { authorization: `Bearer ${token}` }, JOB);
    await server.call('DELETE', '/queues/default', { authorization: basic('auditor', 'hunter2-wrong') });
    await server.tork.stop();

    const text = readFileSync(file, 'utf8');
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    const byAuditor = { user: 'auditor', via: 'basic' };
    expect(lines).toEqual([
      expect.objectContaining({
        ...byAuditor,
        method: 'POST',
        path: '/jobs',
        subject: body.id,
        status: 200,
        outcome: 'done',
      }),
      expect.objectContaining({
        ...byAuditor,
        requestId: 'mine',
        path: '/jobs/no-such-job/cancel',
        route: '/jobs/:id/cancel',
        outcome: 'refused',
        reason: 'JOB_NOT_FOUND',
      }),
      expect.objectContaining({ ...byAuditor, path: '/users', subject: 'new\n"one"', outcome: 'done' }),
      expect.objectContaining({ path: '/jobs', status: 403, outcome: 'refused', reason: 'INSUFFICIENT_SCOPE' }),
      expect.objectContaining({ path: '/queues/default', status: 401, outcome: 'refused', reason: 'UNAUTHORIZED' }),
    ]);
    expect(lines[0]).toMatchObject({ level: 'info', time: expect.any(Number), logger: 'audit', message: 'Write' });
    expect(lines[3]).toMatchObject({ via: 'token', credential: 'ci' });
    expect(text).not.toContain('hunter2');
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('goes to the log of the process whatever its level', async () => {
    const server = await installation.start({ AUDIT_ENABLED: ON });

    await server.call('DELETE', '/queues/jobs');

    await eventually(() =>
      expect(server.log).toContainEqual(
        expect.objectContaining({ logger: 'audit', method: 'DELETE', path: '/queues/jobs', outcome: 'refused' }),
      ),
    );
    await server.tork.stop();
  });

  it('does not start with a file that cannot be written to', async () => {
    await expect(installation.start({ AUDIT_ENABLED: ON, AUDIT_FILE: '/dev/null/audit' })).rejects.toThrow(
      'can not write to middleware.web.audit.file /dev/null/audit',
    );
  });
});
