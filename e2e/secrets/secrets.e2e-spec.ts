import { randomBytes } from 'node:crypto';
import type { JobDocument } from '@tork/core';
import { TEST_IMAGE, ensureImage } from '@tork/runtime/testing';
import { eventually, useServices } from '@tork/testing';
import type { JobView } from '../harness/client';
import { Cluster } from '../harness/cluster';
import { messagesIn, tablesOf } from './spying';

const services = useServices('postgres', 'rabbitmq');

/** A value that stands nowhere by chance. */
const SECRET = `s3cret-${randomBytes(12).toString('hex')}`;
const BASE64 = Buffer.from(SECRET).toString('base64');

/** Prints its secret in every way there is, and hands it on. */
const LEAKY: JobDocument = {
  name: 'leaky',
  inputs: { url: `http://user:${SECRET}@host/` },
  secrets: { token: SECRET },
  output: 'all in all {{ secrets.token }}',
  // Nobody listens there: the calls stay in the database, and their failures are logged.
  webhooks: [
    { url: `http://127.0.0.1:9/${SECRET}`, headers: { Authorization: 'Bearer {{ secrets.token }}' } },
    { url: 'http://127.0.0.1:9/', event: 'task.StateChange', if: `task.name != '${SECRET}'` },
    { url: 'http://127.0.0.1:9/', if: `job.nope == '${SECRET}'` },
  ],
  tasks: [
    {
      name: 'print',
      var: 'leak',
      env: { TOKEN: '{{ secrets.token }}', URL: '{{ inputs.url }}' },
      files: { 'token.txt': SECRET },
      run: [
        'echo "whole: $TOKEN"',
        'printf "in pieces: %s" "${TOKEN%????????}"; sleep 0.3; printf "%s\\n" "${TOKEN#${TOKEN%????????}}"',
        'echo "stderr: $TOKEN" >&2',
        `echo "literally: ${SECRET}"`,
        'echo "file: $(cat token.txt)"',
        'echo "encoded: $(printf %s "$TOKEN" | base64)"',
        'env',
        'printf "got %s." "$TOKEN" > "$TORK_OUTPUT"',
      ].join('\n'),
    },
    {
      name: 'pass on',
      env: { GIVEN: '{{ tasks.leak }}' },
      run: 'echo "given: $GIVEN"; echo "${#GIVEN}" > "$TORK_OUTPUT"',
      var: 'length',
    },
  ],
};

/** Fails with an error that quotes its output. */
const FAILING: JobDocument = {
  name: 'failing',
  secrets: { token: SECRET },
  tasks: [
    {
      name: 'fail',
      queue: 'containers',
      image: TEST_IMAGE,
      env: { TOKEN: '{{ secrets.token }}' },
      run: 'echo "no entry with $TOKEN"; exit 3',
    },
  ],
};

let cluster: Cluster;

beforeAll(async () => {
  await ensureImage();
  cluster = await Cluster.start({
    postgresDsn: services.postgres.url,
    rabbitmqUrl: services.rabbitmq.url,
    env: {
      TORK_DATASTORE_ENCRYPTION_KEY: 'a key',
      TORK_LOGGING_LEVEL: 'debug',
      TORK_MIDDLEWARE_WEB_LOGGER_LEVEL: 'INFO',
    },
  });
  await cluster.addWorker({
    TORK_RUNTIME_TYPE: 'docker',
    TORK_WORKER_QUEUES_DEFAULT: '0',
    TORK_WORKER_QUEUES_CONTAINERS: '1',
  });
}, 120_000);
afterAll(() => cluster.stop(), 60_000);

/** All that the API says about a job, as text. */
async function everythingAbout(id: string): Promise<string> {
  const { client } = cluster;
  const { execution } = await client.job(id);
  const paths = [`/jobs/${id}`, `/jobs/${id}/log?size=100`, '/jobs?size=20', '/queues', '/nodes'];
  for (const task of execution) paths.push(`/tasks/${task.id}`, `/tasks/${task.id}/log?size=100`);
  const answers = await Promise.all(paths.map((path) => client.call('GET', path)));
  for (const { status } of answers) expect(status).toBe(200);
  return JSON.stringify(answers);
}

const processes = () => [cluster.api, ...cluster.coordinators, ...cluster.workers];

describe('the secret of a job that prints it', () => {
  it('is in no answer, no process log, no row of the database', async () => {
    const accepted = await cluster.client.call<JobView>('POST', '/jobs', LEAKY);
    const waited = await cluster.client.call<JobView>('POST', '/jobs', { ...LEAKY, wait: { timeout: '1m' } });
    const job = await cluster.client.ended(accepted.body.id);

    expect(job).toMatchObject({
      state: 'COMPLETED',
      result: 'all in all [REDACTED]',
      inputs: { url: 'http://user:[REDACTED]@host/' },
      context: { tasks: { leak: 'got [REDACTED].', length: `${SECRET.length + 5}\n` } },
    });
    const log = await cluster.client.log(job.id);
    for (const line of ['whole', 'in pieces', 'stderr', 'literally', 'file', 'TOKEN=']) {
      expect(log).toMatch(new RegExp(`^${line}:? ?\\[REDACTED\\]$`, 'm'));
    }
    expect(log).toContain('URL=http://user:[REDACTED]@host/');
    expect(log).toContain('given: got [REDACTED].');
    // Nobody can tell what a secret was turned into: docs/middleware.md says so.
    expect(log).toContain(`encoded: ${BASE64}`);

    expect(JSON.stringify([accepted, waited])).not.toContain(SECRET);
    expect(await everythingAbout(job.id)).not.toContain(SECRET);
    const tables = await tablesOf(services.postgres);
    expect(tables).toContain(job.id);
    expect(tables).toContain('job.StateChange');
    expect(tables).not.toContain(SECRET);
    for (const process of processes()) expect(process.output).not.toContain(SECRET);
  }, 120_000);

  it('is not in the error that quotes its output', async () => {
    const job = await cluster.client.ended(await cluster.client.submit(FAILING));

    expect(job).toMatchObject({ state: 'FAILED', error: 'exit code 3: no entry with [REDACTED]\n' });
    expect(await everythingAbout(job.id)).not.toContain(SECRET);
    expect(await tablesOf(services.postgres)).not.toContain(SECRET);
    for (const process of processes()) expect(process.output).not.toContain(SECRET);
  }, 120_000);

  it('is in no message that waits in RabbitMQ', async () => {
    const [task] = LEAKY.tasks!;
    const unserved = { ...LEAKY, tasks: [{ ...task, queue: 'unserved' }] };
    const id = await cluster.client.submit(unserved);

    const [handOut] = await eventually(async () => {
      const messages = await messagesIn(services.rabbitmq, 'unserved');
      expect(messages).toHaveLength(1);
      return messages;
    });

    expect(handOut).not.toContain(SECRET);
    expect(JSON.parse(handOut!)).toEqual({
      id: expect.any(String),
      jobId: id,
      attempt: 1,
      sealed: expect.stringMatching(/^enc:/),
    });
    expect(await tablesOf(services.postgres)).not.toContain(SECRET);
    await cluster.client.call('PUT', `/jobs/${id}/cancel`);
    await cluster.client.ended(id);
  }, 60_000);

  it('is not in the result that waits for a coordinator', async () => {
    const slow = { ...LEAKY.tasks![0]!, run: 'sleep 2; printf %s "$TOKEN" > "$TORK_OUTPUT"' };
    const id = await cluster.client.submit({ ...LEAKY, tasks: [slow] });
    await eventually(async () => expect((await cluster.client.job(id)).execution[0]?.state).toBe('RUNNING'));

    await cluster.coordinators.pop()!.stop();
    const [completed] = await eventually(
      async () => {
        const messages = await messagesIn(services.rabbitmq, 'completed');
        expect(messages).toHaveLength(1);
        return messages;
      },
      { timeoutMs: 20_000 },
    );

    expect(JSON.parse(completed!)).toMatchObject({ type: 'completed', jobId: id, sealed: expect.any(String) });
    expect(completed).not.toContain(SECRET);
    await cluster.addCoordinator();
    expect(await cluster.client.ended(id)).toMatchObject({ state: 'COMPLETED', execution: [{ result: '[REDACTED]' }] });
  }, 120_000);
});

describe('a worker without the key', () => {
  it('gives tasks back, says why, and harms nobody', async () => {
    const keyless = await cluster.addWorker({ TORK_DATASTORE_ENCRYPTION_KEY: '' });

    const ids = await Promise.all(Array.from({ length: 40 }, () => cluster.client.submit(LEAKY)));
    for (const id of ids) expect((await cluster.client.ended(id)).state).toBe('COMPLETED');

    await keyless.waitForOutput(/give this worker the datastore.encryption.key of the coordinators/);
    expect(keyless.output.match(/give this worker the datastore.encryption.key/g)).toHaveLength(1);
    expect(keyless.output).not.toContain(SECRET);
    cluster.workers.splice(cluster.workers.indexOf(keyless), 1);
    await keyless.stop();
  }, 120_000);
});
