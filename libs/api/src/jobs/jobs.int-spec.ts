import { connect } from 'node:net';
import type { Datastore } from '@tork/datastore';
import { eventually, sendRaw } from '@tork/testing';
import { type ApiUnderTest, SMALL_JOB, startApi, START_TIMEOUT_MS, startDatastore } from '../api-under-test.fixtures';

const NONE = '0123456789abcdef0123456789abcdef';

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

describe('POST /jobs', () => {
  it('stores the job, tells a coordinator and answers with the summary', async () => {
    const { status, body } = await api.call('POST', '/jobs', { ...SMALL_JOB, tags: ['a'], inputs: { k: 'v' } });

    expect(status).toBe(200);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      name: 'small',
      tags: ['a'],
      inputs: { k: 'v' },
      state: 'PENDING',
      position: 0,
      taskCount: 1,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
      createdBy: {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        name: 'Guest',
        username: 'guest',
        createdAt: expect.any(String),
        disabled: true,
      },
    });
    await eventually(() => expect(api.commands).toContainEqual({ type: 'start', jobId: body.id }));
  });

  it('forgets the message once it is published', async () => {
    await api.submit();

    await eventually(async () => {
      const later = new Date(Date.now() + 60_000);
      const left = await datastore.transaction((tx) => tx.claimOutbox({ before: later, now: later, limit: 10 }));
      expect(left).toEqual([]);
    });
  });

  it.each(['text/yaml', 'application/x-yaml', 'application/yaml', 'text/x-yaml', 'TEXT/YAML; charset=utf-8'])(
    'takes %s',
    async (type) => {
      const { status, body } = await api.call('POST', '/jobs', 'name: y\ntasks:\n  - name: a\n    run: "true"\n', type);

      expect([status, body.name]).toEqual([200, 'y']);
    },
  );

  it('takes JSON for YAML', async () => {
    expect((await api.call('POST', '/jobs', SMALL_JOB, 'text/yaml')).status).toBe(200);
  });

  it.each([
    ['application/problem+json', 'unknown content type: application/problem+json'],
    ['text/plain', 'unknown content type: text/plain'],
    ['json', 'unknown content type: json'],
  ])('refuses %s', async (type, message) => {
    expect(await api.call('POST', '/jobs', SMALL_JOB, type)).toMatchObject({ status: 400, body: { message } });
  });

  it('misses the content type', async () => {
    const { status, body } = await api.call('POST', '/jobs');

    expect([status, body]).toEqual([400, { message: 'missing content type' }]);
  });

  it.each([
    ['an empty body', '', 'application/json', 'EOF'],
    ['an empty YAML', '', 'text/yaml', 'EOF'],
    ['YAML for JSON', 'name: x', 'application/json', expect.any(String)],
    ['a wait without time', { ...SMALL_JOB, wait: {} }, 'application/json', 'time: invalid duration ""'],
    ['days to wait', { ...SMALL_JOB, wait: { timeout: '1d' } }, 'text/yaml', 'time: unknown unit "d" in duration "1d"'],
    ['a time to wait before all else', { wait: { timeout: 'soon' } }, 'text/yaml', 'time: invalid duration "soon"'],
    [
      'no name',
      { tasks: SMALL_JOB.tasks, wait: { timeout: '1s' } },
      'application/json',
      "Key: 'Job.Name' Error:Field validation for 'Name' failed on the 'required' tag",
    ],
  ])('refuses %s', async (_what, body, type, message) => {
    expect(await api.call('POST', '/jobs', body, type)).toMatchObject({ status: 400, body: { message } });
  });

  it('names the field that cannot be stored', async () => {
    const { status, body } = await api.call('POST', '/jobs', { ...SMALL_JOB, description: 'a\0b' });

    expect(status).toBe(400);
    expect(body.message).toContain('Job.Description');
  });

  it('stores its neighbours when one of many is bad', async () => {
    const documents = Array.from({ length: 20 }, (_, i) => ({ ...SMALL_JOB, description: i === 7 ? 'a\0b' : `${i}` }));

    const answers = await Promise.all(documents.map((document) => api.call('POST', '/jobs', document)));

    expect(answers.map(({ status }) => status)).toEqual(documents.map((_, i) => (i === 7 ? 400 : 200)));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(20);
  });
});

describe('POST /jobs with wait', () => {
  const waiting = (document: object, timeout: string) =>
    api.call('POST', '/jobs', { ...SMALL_JOB, ...document, wait: { timeout } });
  const idOf = (name: string) =>
    eventually(async () => {
      const { body } = await api.call<{ items: { id: string; name: string }[] }>('GET', '/jobs');
      const found = body.items.find((job) => job.name === name);
      expect(found).toBeDefined();
      return found!.id;
    });

  it.each(['COMPLETED', 'FAILED', 'CANCELLED'] as const)('answers with the whole job when it is %s', async (state) => {
    const answer = waiting({ name: `ends ${state}` }, '20s');
    const id = await idOf(`ends ${state}`);
    await api.move(id, { state, position: 2, ...(state === 'COMPLETED' && { completedAt: new Date(), result: 'r' }) });

    const { status, body } = await answer;

    expect(status).toBe(200);
    expect(body).toEqual((await api.call('GET', `/jobs/${id}`)).body);
    expect(body).toMatchObject({ id, state, execution: [] });
  });

  it('notices the end without an event', async () => {
    const answer = waiting({ name: 'no event' }, '20s');
    await api.move(await idOf('no event'), { state: 'COMPLETED' }, { tell: false });

    expect((await answer).body.state).toBe('COMPLETED');
  });

  it('gives each who waits its own job', async () => {
    const answers = [waiting({ name: 'one' }, '20s'), waiting({ name: 'two' }, '20s')];
    await api.move(await idOf('two'), { state: 'COMPLETED', result: '2' });
    await api.move(await idOf('one'), { state: 'COMPLETED', result: '1' });

    const bodies = (await Promise.all(answers)).map(({ body }) => [body.name, body.result]);
    expect(bodies).toEqual([
      ['one', '1'],
      ['two', '2'],
    ]);
  });

  it.each(['50ms', '0', '-1s'])('gives up after %s', async (timeout) => {
    const name = `late ${timeout}`;
    const { status, body } = await waiting({ name }, timeout);

    expect([status, body]).toEqual([408, { message: 'timeout waiting for job to complete' }]);
    expect(await datastore.jobState(await idOf(name))).toBe('PENDING');
  });

  it('stops waiting when the client goes away', async () => {
    const lines: Record<string, unknown>[] = [];
    const other = await startApi(datastore, { onLog: (line) => lines.push(line) });
    const body = JSON.stringify({ ...SMALL_JOB, name: 'left', wait: { timeout: '1h' } });
    const socket = connect(other.port, '127.0.0.1');
    socket.write(
      `POST /jobs HTTP/1.1\r\nHost: x\r\nContent-Type: text/yaml\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await idOf('left');

    socket.destroy();

    await eventually(() => {
      expect(lines).toContainEqual(
        expect.objectContaining({ message: 'Request', status: 408, cause: 'request cancelled' }),
      );
    });
    await other.close();
  });

  it('says so when the server stops', async () => {
    const other = await startApi(datastore);
    const answer = other.call('POST', '/jobs', { ...SMALL_JOB, name: 'stopped', wait: { timeout: '1h' } });
    await idOf('stopped');

    await other.close();

    expect(await answer).toMatchObject({ status: 500, body: { message: 'server shutting down' } });
  });
});

describe('GET /jobs', () => {
  it('has pages', async () => {
    for (let i = 0; i < 12; i++) await api.submit({ name: `paged ${i}`, tags: ['paged'] });

    const first = await api.call<{ items: { name: string }[] }>('GET', '/jobs?q=tag:paged');
    const second = await api.call<{ items: { name: string }[] }>('GET', '/jobs?q=tag:paged&page=2');
    const beyond = await api.call('GET', '/jobs?q=tag:paged&page=9&size=5');

    expect(first.body).toMatchObject({ number: 1, size: 10, totalItems: 12, totalPages: 2 });
    expect(first.body.items.map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, i) => `paged ${11 - i}`));
    expect(second.body.items.map(({ name }) => name)).toEqual(['paged 1', 'paged 0']);
    expect(beyond.body).toEqual({ items: [], number: 9, size: 0, totalItems: 12, totalPages: 3 });
  });

  it('answers whatever a person may type into the search', async () => {
    for (const q of [
      'odd|even',
      '!odd',
      '(odd',
      'odd:*',
      '"bold"',
      'tag:',
      'tags:,',
      '\\',
      "it's",
      '%00',
      '<->',
      '&',
    ]) {
      const { status, body } = await api.call('GET', `/jobs?q=${encodeURIComponent(q)}`);
      expect([q, status, Array.isArray(body.items)]).toEqual([q, 200, true]);
    }
  });

  it.each(['page=x', 'size=x', 'page=1.5'])('refuses %s', async (query) => {
    expect((await api.call('GET', `/jobs?${query}`)).status).toBe(404);
  });
});

describe('GET /jobs/:id', () => {
  it('is the job as it was submitted, and what became of it', async () => {
    const id = await api.submit({
      description: 'd',
      tags: ['t'],
      defaults: { queue: 'fast' },
      autoDelete: { after: '1h' },
    });

    const { status, body } = await api.call('GET', `/jobs/${id}`);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      ...SMALL_JOB,
      description: 'd',
      tags: ['t'],
      defaults: { queue: 'fast' },
      autoDelete: { after: '1h' },
      state: 'PENDING',
      position: 0,
      execution: [],
      context: { job: { id, name: 'small' } },
    });
  });

  it('can be submitted again', async () => {
    const id = await api.submit({ inputs: { a: 'b' }, tags: ['t'], defaults: { retry: { limit: 2 } } });
    const { body } = await api.call('GET', `/jobs/${id}`);
    const again = Object.fromEntries(
      ['name', 'description', 'tags', 'inputs', 'secrets', 'output', 'tasks', 'defaults', 'webhooks']
        .filter((field) => field in body)
        .map((field) => [field, body[field]]),
    );

    expect((await api.call('POST', '/jobs', again, 'text/yaml')).status).toBe(200);
  });

  it('passes the READ chain', async () => {
    const other = await startApi(datastore, {
      middleware: {
        job: [
          async ({ event, job }, next) => {
            if (event === 'READ') job.description = 'changed';
            await next();
          },
        ],
      },
    });
    const id = await other.submit({ description: 'as it was' });

    expect((await other.call('GET', `/jobs/${id}`)).body.description).toBe('changed');
    await other.close();
  });

  it('discloses nothing when a link of the chain fails', async () => {
    const other = await startApi(datastore, {
      middleware: {
        job: [
          () => {
            throw new Error('the key is s3cret');
          },
        ],
      },
    });
    const id = await other.submit();

    const { status, body } = await other.call('GET', `/jobs/${id}`);

    expect([status, body]).toEqual([500, { message: 'Internal Server Error' }]);
    await other.close();
  });
});

describe('unknown ids', () => {
  it.each([
    ['GET', `/jobs/${NONE}`, 'job not found'],
    ['GET', '/jobs/x', 'job not found'],
    ['GET', '/jobs/a%2Fb', 'job not found'],
    ['GET', '/jobs/%20', 'job not found'],
    ['GET', '/jobs/%00', 'job not found'],
    ['GET', '/jobs/%C3%BCnknown', 'job not found'],
    ['GET', `/jobs/${'9'.repeat(300)}`, 'job not found'],
    ['GET', `/jobs/${NONE}/log`, 'job not found'],
    ['PUT', `/jobs/${NONE}/cancel`, 'job not found'],
    ['PUT', `/jobs/${NONE}/restart`, 'job not found'],
    ['GET', `/tasks/${NONE}`, 'task not found'],
    ['GET', `/tasks/${NONE}/log`, 'task not found'],
    ['GET', '/jobs/x/log?page=x', 'invalid page number: x'],
    ['GET', '/jobs/', 'Not Found'],
    ['GET', `/jobs/${NONE}/tasks`, 'Not Found'],
    ['GET', '/tasks', 'Not Found'],
  ])('%s %s is 404', async (method, path, message) => {
    const answer = await api.call(method, path);

    expect(answer).toMatchObject({ status: 404, body: { message } });
    expect(answer.headers.get('content-type')).toBe('application/json');
  });
});

describe.each([
  ['PUT', `/jobs/${NONE}/cancel`],
  ['PUT', `/jobs/${NONE}/restart`],
  ['DELETE', '/queues/none'],
])('%s %s', (method, path) => {
  it.each(['foo bar', ';;;', 'text/plain'])('takes no notice of a body, nor of its type: %p', async (type) => {
    const head = `${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Type: ${type}\r\n\r\n`;

    expect(await sendRaw(api.port, `${head}{}`)).toMatchObject({ status: 404 });
  });
});

describe('PUT /jobs/:id/cancel', () => {
  it.each(['PENDING', 'SCHEDULED', 'RUNNING'] as const)('sends the command when the job is %s', async (state) => {
    const id = await api.submit();
    if (state !== 'PENDING') await api.move(id, { state }, { tell: false });

    const { status, body } = await api.call('PUT', `/jobs/${id}/cancel`, { why: 'tired' });

    expect([status, body]).toEqual([200, { status: 'OK' }]);
    await eventually(() => expect(api.commands).toContainEqual({ type: 'cancel', jobId: id }));
  });

  it.each(['COMPLETED', 'FAILED', 'CANCELLED'] as const)('refuses when the job is %s', async (state) => {
    const id = await api.submit();
    await api.move(id, { state });

    expect(await api.call('PUT', `/jobs/${id}/cancel`)).toMatchObject({
      status: 400,
      body: { message: 'job is not running' },
    });
  });
});

describe('PUT /jobs/:id/restart', () => {
  it.each(['FAILED', 'CANCELLED'] as const)('sends the command when the job is %s', async (state) => {
    const id = await api.submit();
    await api.move(id, { state, position: 1 });

    const { status, body } = await api.call('PUT', `/jobs/${id}/restart`);

    expect([status, body]).toEqual([200, { status: 'OK' }]);
    await eventually(() => expect(api.commands).toContainEqual({ type: 'restart', jobId: id }));
  });

  it.each(['PENDING', 'SCHEDULED', 'RUNNING', 'COMPLETED'] as const)('refuses when the job is %s', async (state) => {
    const id = await api.submit();
    if (state !== 'PENDING') await api.move(id, { state });

    expect(await api.call('PUT', `/jobs/${id}/restart`)).toMatchObject({
      status: 400,
      body: { message: `job is ${state} and can not be restarted` },
    });
  });

  it('refuses when nothing is left to run', async () => {
    const id = await api.submit();
    await api.move(id, { state: 'FAILED', position: 2 });

    expect(await api.call('PUT', `/jobs/${id}/restart`)).toMatchObject({
      status: 400,
      body: { message: 'job has no more tasks to run' },
    });
  });
});
