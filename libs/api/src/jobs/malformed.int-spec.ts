import { MALFORMED_DOCUMENTS } from '@tork/core/testing';
import type { Datastore } from '@tork/datastore';
import { type ApiUnderTest, SMALL_JOB, START_TIMEOUT_MS, startApi, startDatastore } from '../api-under-test.fixtures';

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

const documents = MALFORMED_DOCUMENTS.filter(({ kind = 'job' }) => kind === 'job');

describe('malformed documents', () => {
  it.each(documents)('$format: $what is refused with its reason', async ({ format, body, message }) => {
    const response = await fetch(`${api.base}/jobs`, {
      method: 'POST',
      headers: { 'content-type': format === 'json' ? 'application/json' : 'text/yaml' },
      body: body as RequestInit['body'],
    });
    const text = await response.text();
    const answer = JSON.parse(text) as { message: string };

    expect([response.status, Object.keys(answer)]).toEqual([400, ['message']]);
    expect(answer.message.slice(0, message.length)).toBe(message);
    expect(text).not.toMatch(/node_modules|\.ts:\d|\bat \w+ \(/);
  });

  it('all at once disturb no good one', async () => {
    const bad = documents.map(({ format, body }) =>
      fetch(`${api.base}/jobs`, {
        method: 'POST',
        headers: { 'content-type': format === 'json' ? 'application/json' : 'text/yaml' },
        body: body as RequestInit['body'],
      }),
    );
    const good = Array.from({ length: 10 }, () => api.call('POST', '/jobs', SMALL_JOB));

    expect(new Set((await Promise.all(bad)).map(({ status }) => status))).toEqual(new Set([400]));
    expect(new Set((await Promise.all(good)).map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('leave nothing behind', async () => {
    const { body } = await api.call<{ totalItems: number }>('GET', '/jobs');

    expect(body.totalItems).toBe(10);
  });
});
