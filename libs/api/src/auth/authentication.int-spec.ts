import { type Datastore, DatastoreUnavailableError } from '@tork/datastore';
import { eventually } from '@tork/testing';
import {
  type ApiUnderTest,
  SMALL_JOB,
  startApi,
  START_TIMEOUT_MS,
  startDatastore,
  unable,
} from '../api-under-test.fixtures';
import { USERNAME } from '../web/web-context';
import { issueToken } from './api-tokens';

/** What is not seen from outside a process: services that are away, and middleware of an embedding program. */

let datastore: Datastore;
let token: string;

beforeAll(async () => {
  datastore = await startDatastore();
  token = (await issueToken(datastore, { name: 'all', scope: 'admin' })).text;
}, START_TIMEOUT_MS);
afterAll(() => datastore.close());

const running: ApiUnderTest[] = [];
afterEach(() => Promise.all(running.splice(0).map((api) => api.close())));

async function start(...args: Parameters<typeof startApi>): Promise<ApiUnderTest> {
  const api = await startApi(...args);
  running.push(api);
  return api;
}

const get = (api: ApiUnderTest, path: string, authorization: string) =>
  fetch(api.base + path, { headers: { authorization } });
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const away = new DatastoreUnavailableError('connection to db:5432 lost');

describe('a datastore that is away', () => {
  it.each([
    ['credentials', 'basicauth', () => basic('ada:x')],
    ['tokenByHash', 'tokenauth', () => `Bearer ${token}`],
  ] as const)('lets nobody in, and blames nobody for it (%s)', async (question, kind, authorization) => {
    const api = await start(unable(datastore, question, away), { web: { [kind]: { enabled: true } } });

    const response = await get(api, '/jobs', authorization());

    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
  });

  it('keeps nobody out who needs nothing written', async () => {
    const lines: Record<string, unknown>[] = [];
    const api = await start(unable(datastore, 'touchToken', away), {
      web: { tokenauth: { enabled: true } },
      onLog: (line) => void lines.push(line),
    });

    expect((await get(api, '/jobs', `Bearer ${token}`)).status).toBe(200);
    await eventually(() =>
      expect(lines).toContainEqual(expect.objectContaining({ message: 'the use of an API token was not noted' })),
    );
  });
});

describe('web middleware of an embedding program', () => {
  it('sees a request before anybody has to log in, and may answer it', async () => {
    const api = await start(datastore, {
      web: { basicauth: { enabled: true }, cors: { enabled: true } },
      webMiddleware: [
        async (context, next) => (context.request.url === '/open' ? context.string(200, 'open') : next()),
      ],
    });

    expect(await (await fetch(`${api.base}/open`)).text()).toBe('open');
    expect((await fetch(`${api.base}/jobs`)).status).toBe(401);
  });

  it('may change what the built-in one has answered', async () => {
    const api = await start(datastore, {
      web: { keyauth: { enabled: true, key: 'k' } },
      webMiddleware: [
        async (context, next) => {
          await next();
          if (context.response.statusCode === 400) context.json(401, { message: 'log in' });
        },
      ],
    });

    const response = await fetch(`${api.base}/jobs`);

    expect([response.status, await response.json()]).toEqual([401, { message: 'log in' }]);
  });

  it('says who it is, unless a login says otherwise', async () => {
    const lines: Record<string, unknown>[] = [];
    const api = await start(datastore, {
      web: { audit: { enabled: true } },
      webMiddleware: [(context, next) => (context.set(USERNAME, 'guest'), next())],
      onLog: (line) => void lines.push(line),
    });

    const id = await api.submit();

    await eventually(() =>
      expect(lines).toContainEqual(
        expect.objectContaining({ logger: 'audit', user: 'guest', via: 'middleware', subject: id, outcome: 'done' }),
      ),
    );
  });

  it('cannot be somebody who does not exist', async () => {
    const api = await start(datastore, {
      webMiddleware: [(context, next) => (context.set(USERNAME, 'nobody'), next())],
    });

    expect(await api.call('POST', '/jobs', SMALL_JOB)).toMatchObject({
      status: 400,
      body: { message: 'user not found' },
    });
  });
});

describe('the audit log', () => {
  it('does not know what became of a request whose client went away', async () => {
    const lines: Record<string, unknown>[] = [];
    const api = await start(datastore, { web: { audit: { enabled: true } }, onLog: (line) => void lines.push(line) });
    const leaving = new AbortController();
    const asked = fetch(`${api.base}/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...SMALL_JOB, wait: { timeout: '1m' } }),
      signal: leaving.signal,
    });
    await eventually(() => expect(api.commands).toHaveLength(1));

    leaving.abort();

    await expect(asked).rejects.toThrow();
    await eventually(() =>
      expect(lines).toContainEqual(
        expect.objectContaining({
          logger: 'audit',
          path: '/jobs',
          'remote-ip': '127.0.0.1',
          subject: api.commands[0]!.jobId,
          outcome: 'unknown',
        }),
      ),
    );
  });

  it('tells what failed from what was refused', async () => {
    const lines: Record<string, unknown>[] = [];
    const api = await start(unable(datastore, 'createUser', away), {
      web: { audit: { enabled: true } },
      onLog: (line) => void lines.push(line),
    });

    await api.call('POST', '/users', { username: 'x', password: 'y' });

    await eventually(() =>
      expect(lines).toContainEqual(expect.objectContaining({ logger: 'audit', status: 500, outcome: 'failed' })),
    );
    expect(lines.find(({ logger }) => logger === 'audit')).not.toHaveProperty('reason');
  });
});
