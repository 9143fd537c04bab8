import { eventually, useServices } from '@tork/testing';
import { basic, HttpInstallation, type HttpServer } from '../harness/http-server';

const services = useServices('postgres');
const ON = 'true';
const CHALLENGE = 'basic realm=Restricted';
const REFUSED = [401, CHALLENGE, 'Unauthorized'];
const JOB = { name: 'small', tasks: [{ name: 'only', run: 'true' }] };
const PASSWORD = 'correct horse';

let installation: HttpInstallation;
const tokens: Record<string, string> = {};

/** Users exist before anybody has to log in. */
beforeAll(async () => {
  installation = new HttpInstallation(services.postgres.url);
  await installation.output('migration');
  const open = await installation.start();
  const users = [
    { username: 'ada', password: PASSWORD, name: 'Ada' },
    { username: 'zoë ключ', password: 'a:b:ü' },
    { username: 'gone', password: PASSWORD, disabled: true },
  ];
  for (const user of users) expect(await open.call('POST', '/users', {}, user)).toMatchObject({ status: 200 });
  await open.tork.stop();
  for (const [name, ...more] of [['read'], ['submit', '--user', 'ada'], ['admin', '--expires', '1h']] as [
    string,
    ...string[],
  ][]) {
    tokens[name] = await installation.output('token', 'create', '--name', name, '--scope', name, ...more);
  }
}, 60_000);

describe('passwords', () => {
  let server: HttpServer;
  beforeAll(async () => {
    server = await installation.start({ BASICAUTH_ENABLED: ON });
  }, 60_000);
  afterAll(() => server.tork.stop());

  it('are asked for everywhere', async () => {
    for (const [method, path] of [
      ['GET', '/health'],
      ['POST', '/jobs'],
      ['DELETE', '/queues/default'],
      ['POST', '/users'],
      ['GET', '/docs'],
      ['GET', '/openapi.json'],
      ['GET', '/no-such-thing'],
      ['OPTIONS', '/jobs'],
      ['DELETE', '/jobs'],
    ] as const) {
      expect([path, ...(await server.refusal(method, path))]).toEqual([path, ...REFUSED]);
    }
  });

  it.each([
    ['a wrong password', basic('ada', 'not this')],
    ['a longer password', basic('ada', `${PASSWORD}x`)],
    ['no password', basic('ada', '')],
    ['an unknown user', basic('nobody', PASSWORD)],
    ['another case', basic('ADA', PASSWORD)],
    ['a disabled user', basic('gone', PASSWORD)],
    ['the guest', basic('guest', '')],
    ['nobody', basic('', '')],
    ['a NUL', basic('ada\0', PASSWORD)],
    ['a quote', basic(`' OR '1'='1`, PASSWORD)],
    ['a very long name', basic('a'.repeat(5000), PASSWORD)],
    ['a very long password', basic('ada', 'p'.repeat(5000))],
    ['no colon', `Basic ${Buffer.from('ada').toString('base64')}`],
    ['bytes that are no UTF-8', `Basic ${Buffer.from([0xff, 0x3a, 0xff]).toString('base64')}`],
    ['another scheme', 'Bearer abc'],
    ['a token', `Bearer ${'x'.repeat(43)}`],
    ['a scheme alone', 'Basic'],
    ['nonsense', '\u00e9'],
  ])('refuse %s', async (_what, authorization) => {
    expect(await server.refusal('GET', '/health', authorization)).toEqual(REFUSED);
  });

  it.each(['Basic ***', 'Basic YWRhOmFkYQ', 'Basic YWRh OmFkYQ==', 'Basic YWRhOmFkYQ==,', 'Basic YWRhOmFk_Q=='])(
    'refuse %s for what it is',
    async (authorization) => {
      expect(await server.refusal('GET', '/health', authorization)).toEqual([400, null, 'Bad Request']);
    },
  );

  it('let users in, whatever the case of the scheme and the letters of the name', async () => {
    for (const authorization of [
      basic('ada', PASSWORD),
      basic('ada', PASSWORD).replace('Basic', 'bAsIc'),
      basic('zoë ключ', 'a:b:ü'),
    ]) {
      expect(await server.call('GET', '/health', { authorization })).toMatchObject({ status: 200 });
      expect(await server.call('GET', '/no-such-thing', { authorization })).toMatchObject({ status: 404 });
    }
  });

  it('take a name, and no id', async () => {
    const authorization = basic('ada', PASSWORD);
    const user = { username: 'by-id', password: PASSWORD };
    const { body } = await server.call('POST', '/users', { authorization }, user);

    expect(await server.refusal('GET', '/health', basic(String(body.id), PASSWORD))).toEqual(REFUSED);
    expect(await server.call('GET', '/health', { authorization: basic('by-id', PASSWORD) })).toMatchObject({
      status: 200,
    });
  });

  it('make the user the creator of jobs', async () => {
    const { body } = await server.call('POST', '/jobs', { authorization: basic('ada', PASSWORD) }, JOB);

    expect(body.createdBy).toMatchObject({ username: 'ada', name: 'Ada' });
  });

  it('are of no use any more from the moment that the user is disabled', async () => {
    const authorization = basic('ada', PASSWORD);
    await server.call('GET', '/health', { authorization });
    const set = (disabled: boolean) =>
      services.postgres.sql(`UPDATE users SET disabled = ${disabled} WHERE username = 'ada'`);

    await set(true);
    expect(await server.refusal('GET', '/health', authorization)).toEqual(REFUSED);
    await set(false);
    expect(await server.call('GET', '/health', { authorization })).toMatchObject({ status: 200 });
  });

  it('take long for unknown users, too', async () => {
    const timed = async (authorization: string) => {
      const startedAt = performance.now();
      await server.refusal('GET', '/health', authorization);
      return performance.now() - startedAt;
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let i = 0; i < 5; i++) {
      known.push(await timed(basic('ada', `bad ${i}`)));
      unknown.push(await timed(basic('nobody', `bad ${i}`)));
    }

    // Without bcrypt it would be a hundredth.
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 4);
  });

  it('do not hold up others while many are compared', async () => {
    const attack = Array.from({ length: 60 }, (_, i) => server.refusal('GET', '/health', basic('ada', `bad ${i}`)));
    const startedAt = performance.now();

    expect(await server.call('GET', '/health', { authorization: basic('ada', PASSWORD) })).toMatchObject({
      status: 200,
    });

    const tookMs = performance.now() - startedAt;
    for (const refusal of await Promise.all(attack)) expect(refusal).toEqual(REFUSED);
    expect(tookMs).toBeLessThan((performance.now() - startedAt) / 2);
  });

  it('are in no log', async () => {
    await server.refusal('GET', '/health?x', basic('ada', 'hunter2-in-the-log'));

    expect(server.tork.process.output).not.toContain('hunter2-in-the-log');
    expect(server.tork.process.output).not.toContain(Buffer.from(`ada:${PASSWORD}`).toString('base64'));
    expect(server.tork.process.output).not.toContain(PASSWORD);
  });
});

describe('a key', () => {
  let server: HttpServer;
  beforeAll(async () => {
    server = await installation.start({ KEYAUTH_ENABLED: ON, KEYAUTH_KEY: 'kéy of its own' });
  }, 60_000);
  afterAll(() => server.tork.stop());

  /** As it goes over the wire: UTF-8, byte by byte. */
  const key = Buffer.from('kéy of its own').toString('latin1');

  it.each(['Bearer', 'bearer', 'BEARER'])('opens with %s', async (scheme) => {
    const answer = await server.raw('GET /queues HTTP/1.1', `Authorization: ${scheme} ${key}`);

    expect(answer.status).toBe(200);
  });

  it('opens unknown routes, too, and is nobody in particular', async () => {
    expect((await server.raw('GET /no-such-thing HTTP/1.1', `Authorization: Bearer ${key}`)).status).toBe(404);
  });

  it('is not needed for the health', async () => {
    expect((await server.call('GET', '/health')).status).toBe(200);
    expect((await server.call('GET', '/health?pretty', { authorization: 'Bearer not-this' })).status).toBe(200);
    expect((await server.call('GET', '/health/', {})).status).toBe(400);
  });

  it.each([
    ['no header', undefined, 400, 'missing key in request header'],
    ['another scheme', basic('ada', PASSWORD), 400, 'invalid key in the request header'],
    ['a scheme alone', 'Bearer', 400, 'invalid key in the request header'],
    ['no scheme', 'not-this', 400, 'invalid key in the request header'],
    ['a wrong key', 'Bearer not-this', 401, 'Unauthorized'],
    ['a part of the key', 'Bearer k', 401, 'Unauthorized'],
    ['a long key', `Bearer ${'k'.repeat(10_000)}`, 401, 'Unauthorized'],
  ])('is missed in %s', async (_what, authorization, status, message) => {
    expect(await server.refusal('GET', '/jobs', authorization)).toEqual([status, null, message]);
    expect(await server.refusal('GET', '/no-such-thing', authorization)).toEqual([status, null, message]);
  });
});

it('makes a key up where none is configured, and says so at level debug', async () => {
  const server = await installation.start({ KEYAUTH_ENABLED: ON });
  const [, key] = await server.tork.process.waitForOutput(/API key: ([\w-]{43})/);

  expect((await server.call('GET', '/jobs', { authorization: `Bearer ${key}` })).status).toBe(200);
  await server.tork.stop();
});

describe('API tokens', () => {
  let server: HttpServer;
  beforeAll(async () => {
    server = await installation.start({ TOKENAUTH_ENABLED: ON });
  }, 60_000);
  afterAll(() => server.tork.stop());

  const as = (name: string) => ({ authorization: `Bearer ${tokens[name]}` });

  it.each([
    ['GET', '/jobs', { read: 200, submit: 200, admin: 200 }],
    ['GET', '/queues', { read: 200, submit: 200, admin: 200 }],
    ['GET', '/no-such-thing', { read: 404, submit: 404, admin: 404 }],
    ['DELETE', '/jobs', { read: 405, submit: 405, admin: 405 }],
    ['POST', '/jobs', { read: 403, submit: 200, admin: 200 }],
    ['PUT', '/jobs/x/cancel', { read: 403, submit: 404, admin: 404 }],
    ['PUT', '/%6Aobs/x/cancel', { read: 403, submit: 404, admin: 404 }],
    ['DELETE', '/queues/no-such-queue', { read: 403, submit: 403, admin: 404 }],
    ['POST', '/users', { read: 403, submit: 403, admin: 400 }],
  ] as const)('open %s %s by their scope', async (method, path, statuses) => {
    const body = path === '/jobs' ? JOB : {};
    for (const [name, status] of Object.entries(statuses)) {
      const answer = await server.call(method, path, as(name), method === 'GET' ? undefined : body);
      expect([name, answer.status]).toEqual([name, status]);
    }
  });

  it('say which scope it takes', async () => {
    const { body, headers } = await server.call('POST', '/jobs', as('read'), JOB);

    expect(body.message).toBe('token read has the scope read, but POST /jobs needs submit');
    expect(headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope"');
  });

  it('act as their user, or as nobody', async () => {
    const [ofAda, ofNobody] = await Promise.all(
      ['submit', 'admin'].map((name) => server.call('POST', '/jobs', as(name), JOB)),
    );

    expect(ofAda!.body.createdBy).toMatchObject({ username: 'ada' });
    expect(ofNobody!.body.createdBy).toMatchObject({ username: 'guest' });
  });

  it.each([
    ['none', undefined, 'missing token in request header'],
    ['a password', basic('ada', PASSWORD), 'missing token in request header'],
    ['an unknown one', `Bearer tork_${'x'.repeat(43)}`, 'invalid or expired token'],
    ['no token at all', 'Bearer nonsense', 'invalid or expired token'],
    ['an empty one', 'Bearer', 'missing token in request header'],
  ])('are missed in %s', async (_what, authorization, message) => {
    expect(await server.refusal('GET', '/jobs', authorization)).toEqual([401, 'Bearer', message]);
    expect((await server.refusal('GET', '/health', authorization))[0]).toBe(200);
  });

  it('open nothing any more when they have expired, their user is disabled, or they are revoked', async () => {
    const refused = async () => (await server.call('GET', '/jobs', as('submit'))).status;
    const set = (sql: string) => services.postgres.sql(sql);

    await set(`UPDATE api_tokens SET expires_at = now() WHERE name = 'submit'`);
    expect(await refused()).toBe(401);
    await set(`UPDATE api_tokens SET expires_at = NULL WHERE name = 'submit'`);
    await set(`UPDATE users SET disabled = true WHERE username = 'ada'`);
    expect(await refused()).toBe(401);
    await set(`UPDATE users SET disabled = false WHERE username = 'ada'`);
    expect(await refused()).toBe(200);
    await installation.output('token', 'create', '--name', 'short-lived', '--scope', 'read');
    await installation.output('token', 'revoke', 'short-lived');
    expect(await installation.output('token', 'list')).not.toContain('short-lived');
  });

  it('note when they were used last, and show up in no log', async () => {
    await server.call('GET', '/jobs', as('read'));

    await eventually(async () => {
      const [row] = await services.postgres.sql(`SELECT last_used_at FROM api_tokens WHERE name = 'read'`);
      expect(row!.last_used_at).toBeInstanceOf(Date);
    });
    for (const text of Object.values(tokens)) expect(server.tork.process.output).not.toContain(text);
  });
});

it('lets in whoever has one of the credentials that are on', async () => {
  const server = await installation.start({
    BASICAUTH_ENABLED: ON,
    KEYAUTH_ENABLED: ON,
    KEYAUTH_KEY: 'the-key',
    TOKENAUTH_ENABLED: ON,
  });

  for (const authorization of [basic('ada', PASSWORD), 'Bearer the-key', `Bearer ${tokens.read}`]) {
    expect([authorization, (await server.call('GET', '/jobs', { authorization })).status]).toEqual([
      authorization,
      200,
    ]);
  }
  expect(await server.refusal('GET', '/health')).toEqual(REFUSED);
  expect(await server.refusal('GET', '/jobs', 'Bearer not-this')).toEqual(REFUSED);
  expect((await server.refusal('POST', '/jobs', `Bearer ${tokens.read}`))[0]).toBe(403);
  await server.tork.stop();
});
