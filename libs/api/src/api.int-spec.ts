import { type Datastore, DatastoreUnavailableError } from '@tork/datastore';
import {
  type ApiUnderTest,
  SMALL_JOB,
  startApi,
  START_TIMEOUT_MS,
  startDatastore,
  unable,
  VERSION,
} from './api-under-test.fixtures';
import { ENDPOINT_GROUPS } from './config';

let datastore: Datastore;
let api: ApiUnderTest;

beforeAll(async () => {
  datastore = await startDatastore();
  api = await startApi(datastore);
}, START_TIMEOUT_MS);
afterAll(async () => {
  await api.close();
  await datastore.close();
});

const away = new DatastoreUnavailableError('connection to db:5432 lost');

describe('GET /health', () => {
  it('is UP with the version', async () => {
    expect(await api.call('GET', '/health')).toMatchObject({ status: 200, body: { status: 'UP', version: VERSION } });
  });

  it('is DOWN without the datastore, and says no more', async () => {
    const lines: Record<string, unknown>[] = [];
    const down = await startApi(unable(datastore, 'health', away), { onLog: (line) => lines.push(line) });

    const { status, body } = await down.call('GET', '/health');

    expect([status, body]).toEqual([503, { status: 'DOWN', version: VERSION }]);
    expect(JSON.stringify(lines)).toContain('connection to db:5432 lost');
    await down.close();
  });

  it('is DOWN without the broker', async () => {
    const down = await startApi(datastore);
    await down.broker.close();

    expect((await down.call('GET', '/health')).status).toBe(503);
    await down.close();
  });
});

describe('a datastore that cannot answer', () => {
  it.each([
    ['jobs', 'GET', '/jobs'],
    ['job', 'GET', '/jobs/x'],
    ['task', 'GET', '/tasks/x'],
    ['nodes', 'GET', '/nodes'],
    ['metrics', 'GET', '/metrics'],
    ['transaction', 'PUT', '/jobs/x/cancel'],
    ['transaction', 'POST', '/jobs'],
  ] as const)('of %s is a 500 without details', async (method, verb, path) => {
    const other = await startApi(unable(datastore, method, away));

    const { status, body } = await other.call(verb, path, verb === 'POST' ? SMALL_JOB : undefined);

    expect([status, body]).toEqual([500, { message: 'Internal Server Error' }]);
    await other.close();
  });
});

describe('queues', () => {
  beforeAll(() =>
    api.broker.publish([
      { queue: 'fast', body: { id: '1' } },
      { queue: 'fast', body: { id: '2' } },
      { queue: 'jobs', body: {} },
      { queue: 'x-node', body: {} },
    ]),
  );

  it('are listed by name', async () => {
    const { status, body } = await api.call<{ name: string }[]>('GET', '/queues');

    expect(status).toBe(200);
    expect(body).toContainEqual({ name: 'fast', size: 2, subscribers: 0, unacked: 0 });
    const names = body.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
  });

  it('are shown one by one', async () => {
    const { status, body } = await api.call('GET', '/queues/fast');

    expect([status, body]).toEqual([200, { name: 'fast', size: 2, subscribers: 0, unacked: 0 }]);
  });

  it.each([
    ['none', 'queue none not found'],
    ['x-none', 'queue x-none not found'],
    ['%20', 'queue   not found'],
    [`${'q'.repeat(300)}`, `queue ${'q'.repeat(300)} not found`],
  ])('do not include %s', async (name, message) => {
    expect(await api.call('GET', `/queues/${name}`)).toMatchObject({ status: 404, body: { message } });
  });

  it.each([
    ['jobs', 400, 'queue jobs is not a task queue'],
    ['x-node', 400, 'queue x-node is not a task queue'],
    ['x-none', 400, 'queue x-none is not a task queue'],
    ['none', 404, 'queue none not found'],
  ])('are not deleted for %s', async (name, status, message) => {
    expect(await api.call('DELETE', `/queues/${name}`)).toMatchObject({ status, body: { message } });
  });

  it('are deleted with what is in them', async () => {
    const deleted = await api.call('DELETE', '/queues/fast');
    const again = await api.call('DELETE', '/queues/fast');

    expect([deleted.status, deleted.body, deleted.headers.get('content-type')]).toEqual([200, '', null]);
    expect(again.status).toBe(404);
  });

  it('cannot be listed when the broker is away', async () => {
    const error = new Error('no route to broker');
    const list = await startApi(datastore, { broker: (broker) => unable(broker, 'queues', error) });
    const other = await startApi(datastore, { broker: (broker) => unable(broker, 'queue', error) });

    expect(await list.call('GET', '/queues')).toMatchObject({ status: 400, body: { message: 'no route to broker' } });
    expect((await other.call('GET', '/queues/jobs')).status).toBe(404);
    await list.close();
    await other.close();
  });
});

describe('GET /nodes', () => {
  it('lists who was heard of lately, silent ones as OFFLINE', async () => {
    const ago = (ms: number) => new Date(Date.now() - ms);
    const node = (name: string, silentMs: number) => ({
      id: `node-${name}`,
      name,
      startedAt: ago(600_000),
      lastHeartbeatAt: ago(silentMs),
      status: 'UP' as const,
      version: VERSION,
    });
    await datastore.transaction((tx) =>
      tx.writeHeartbeats([
        { ...node('Worker', 1_000), queue: 'x-node-Worker', port: 8001, taskCount: 3, cpuPercent: 12.5, hostname: 'h' },
        node('Coordinator', 90_000),
        node('Gone', 400_000),
      ]),
    );

    const { status, body } = await api.call<object[]>('GET', '/nodes');

    expect(status).toBe(200);
    expect(body).toEqual([
      expect.objectContaining({ name: 'Coordinator', status: 'OFFLINE', version: VERSION }),
      expect.objectContaining({ name: 'Worker', status: 'UP', port: 8001, taskCount: 3, queue: 'x-node-Worker' }),
    ]);
    expect(body[0]).not.toHaveProperty('queue');
  });
});

describe('GET /metrics', () => {
  it('counts what runs', async () => {
    const { status, body } = await api.call<{ jobs: { running: number }; nodes: object }>('GET', '/metrics');

    expect(status).toBe(200);
    expect(body).toEqual({
      jobs: { running: expect.any(Number) },
      tasks: { running: expect.any(Number) },
      nodes: { online: expect.any(Number), cpuPercent: expect.any(Number) },
    });
  });
});

describe('coordinator.api.endpoints', () => {
  const PATHS: Partial<Record<(typeof ENDPOINT_GROUPS)[number], string>> = {
    health: '/health',
    jobs: '/jobs',
    nodes: '/nodes',
    queues: '/queues',
    metrics: '/metrics',
  };

  it.each(Object.entries(PATHS))('switches %s off', async (group, path) => {
    const other = await startApi(datastore, { api: { api: { endpoints: { [group]: 'false' } } } });

    const statuses = await Promise.all(Object.values(PATHS).map(async (p) => [p, (await other.call('GET', p)).status]));

    expect(Object.fromEntries(statuses)).toEqual(
      Object.fromEntries(Object.values(PATHS).map((p) => [p, p === path ? 404 : 200])),
    );
    await other.close();
  });

  it('switches all routes of a group off', async () => {
    const other = await startApi(datastore, { api: { api: { endpoints: { jobs: false, tasks: false } } } });

    for (const [method, path] of [
      ['POST', '/jobs'],
      ['GET', '/jobs/x'],
      ['PUT', '/jobs/x/cancel'],
      ['GET', '/tasks/x'],
      ['OPTIONS', '/jobs'],
    ] as const) {
      expect(await other.call(method, path)).toMatchObject({ status: 404, body: { message: 'Not Found' } });
    }
    await other.close();
  });
});

describe('endpoints of an embedding program', () => {
  it('come beside the built-in ones', async () => {
    const other = await startApi(datastore, {
      endpoints: [
        {
          method: 'GET',
          path: '/hello/:name',
          handle: ({ request }) => ({ hello: (request.params as { name: string }).name }),
        },
        { method: 'POST', path: '/raw', handle: ({ response }) => response.code(201).type('text/plain').send('made') },
        { method: 'GET', path: '/fails', handle: () => Promise.reject(new Error('secret')) },
      ],
    });

    expect(await other.call('GET', '/hello/you')).toMatchObject({ status: 200, body: { hello: 'you' } });
    const made = await fetch(`${other.base}/raw`, { method: 'POST', body: 'x' });
    expect([made.status, await made.text()]).toEqual([201, 'made']);
    expect(await other.call('GET', '/fails')).toMatchObject({
      status: 500,
      body: { message: 'Internal Server Error' },
    });
    expect((await other.call('PUT', '/hello/you')).headers.get('allow')).toBe('OPTIONS, GET');
    await other.close();
  });
});
