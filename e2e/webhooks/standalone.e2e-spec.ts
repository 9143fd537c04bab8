import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, startReceiver, startTork } from '@tork/testing';
import type { Receiver, TorkServer } from '@tork/testing';
import { CLI } from '../harness/cluster';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tork-webhooks-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process on the data of this test; several in turn are the same installation. */
const standalone = (env: Readonly<Record<string, string>> = {}): Promise<TorkServer> =>
  startTork(CLI, {
    args: ['run', 'standalone'],
    env: {
      TORK_DATASTORE_TYPE: 'embedded',
      TORK_DATASTORE_EMBEDDED_PATH: join(folder, 'data'),
      TORK_RUNTIME_TYPE: 'shell',
      TORK_LOGGING_FORMAT: 'json',
      ...env,
    },
  });

const states = (receiver: Receiver, path: string) =>
  receiver.calls(path).map(({ text }) => (JSON.parse(text) as { state: string }).state);
const task = { name: 'a', run: 'printf "done" > "$TORK_OUTPUT"', var: 'a' };

it('a job tells its webhooks what happens to it, as it happens, and none of its secrets', async () => {
  const receiver = await startReceiver();
  const tork = await standalone({ TORK_COORDINATOR_WEBHOOKS_SECRET: 'signing key' });
  const hook = (path: string, more: object = {}) => ({ url: `${receiver.url}${path}`, ...more });

  const id = await tork.submit({
    name: 'told of',
    inputs: { greeting: 'hello hunter2', password: 'pw' },
    secrets: { token: 'hunter2' },
    output: '{{ tasks.a }} by hunter2',
    tasks: [task, { name: 'b', run: 'true' }],
    webhooks: [
      hook('/job', { headers: { Authorization: 'Bearer {{ secrets.token }}', 'X-Result': '{{ tasks.a }}' } }),
      hook('/end', { if: "job.State == 'COMPLETED' && job.name == 'told of'" }),
      hook('/never', { if: 'job.Nope' }),
      hook('/never', { if: "'yes'" }),
      hook('/progress', { event: 'job.Progress' }),
      hook('/task', { event: 'task.StateChange', if: "{{ task.Name == 'a' }}" }),
      hook('/never', { event: 'task.Nothing' }),
    ],
  });
  await tork.ended(id);
  await eventually(() => expect(receiver.calls('/end')).toHaveLength(1));
  await eventually(() => expect(receiver.calls('/progress')).toHaveLength(2));

  expect(states(receiver, '/job')).toEqual(['PENDING', 'RUNNING', 'COMPLETED']);
  expect(states(receiver, '/task')).toEqual(['SCHEDULED', 'RUNNING', 'COMPLETED']);
  expect(states(receiver, '/progress')).toEqual(['RUNNING', 'COMPLETED']);
  expect(receiver.calls('/never')).toEqual([]);
  const [, , completed] = receiver.calls('/job');
  expect(JSON.parse(completed!.text)).toMatchObject({
    id,
    inputs: { greeting: 'hello [REDACTED]', password: '[REDACTED]' },
    result: 'done by [REDACTED]',
    progress: 100,
  });
  expect(completed!.headers).toMatchObject({
    authorization: 'Bearer hunter2',
    'x-result': 'done',
    'x-tork-event': 'job.StateChange',
    'x-tork-attempt': '1',
    'x-tork-signature': expect.stringMatching(/^sha256=[0-9a-f]{64}$/),
  });
  expect(receiver.calls('/job')[0]?.headers['x-result']).toBe('');
  const delivered = receiver.calls().map(({ headers }) => headers['x-tork-delivery']);
  expect(new Set(delivered).size).toBe(delivered.length);
  await tork.process.stop();
  expect(tork.process.output).not.toContain('hunter2');
}, 120_000);

it('what a receiver missed arrives when it is back, though Tork was killed meanwhile', async () => {
  const gone = await startReceiver();
  await gone.close();
  const first = await standalone();
  const id = await first.submit({ name: 'missed', tasks: [task], webhooks: [{ url: `${gone.url}/job` }] });
  await first.ended(id);
  await eventually(() => expect(first.process.output).toContain('webhook failed; called again later'));
  await first.process.kill('SIGKILL');

  const receiver = await startReceiver({ port: gone.port });
  const second = await standalone();

  await eventually(() => expect(states(receiver, '/job')).toEqual(['PENDING', 'RUNNING', 'COMPLETED']), {
    timeoutMs: 45_000,
  });
  const delivered = receiver.calls().map(({ headers }) => headers['x-tork-delivery']);
  expect(new Set(delivered).size).toBe(3);
  await second.process.stop();
}, 120_000);

it('a hostile job reaches nothing that it must not, and disturbs nobody', async () => {
  const receiver = await startReceiver({ answers: { '/redirect': [redirectTo('http://169.254.169.254/latest')] } });
  const tork = await standalone({ TORK_COORDINATOR_WEBHOOKS_DENY: '127.0.0.2,*.internal' });
  const injected = 'a\r\nX-Injected: yes\r\n\r\nGET /smuggled HTTP/1.1\r\n';

  const id = await tork.submit({
    name: 'hostile',
    inputs: { injected, long: 'x'.repeat(100_000) },
    tasks: [task],
    webhooks: [
      { url: 'http://169.254.169.254/latest/meta-data' },
      { url: `http://127.0.0.2:${receiver.port}/denied` },
      { url: 'http://service.internal/denied' },
      { url: `${receiver.url}/redirect` },
      { url: '{{ inputs.long }}' },
      {
        url: `${receiver.url}/job`,
        headers: {
          'X-A': '{{ inputs.injected }}',
          'X-B\r\nX-Injected': 'yes',
          'Content-Length': '1',
          'Transfer-Encoding': 'chunked',
        },
      },
    ],
  });
  expect(await tork.ended(id)).toMatchObject({ state: 'COMPLETED' });
  await eventually(() => expect(states(receiver, '/job')).toEqual(['PENDING', 'RUNNING', 'COMPLETED']));
  await eventually(() => expect(tork.process.output.match(/webhook given up/g)?.length).toBeGreaterThanOrEqual(12));

  expect(receiver.calls().map(({ path }) => path)).not.toContain('/denied');
  expect(receiver.calls().map(({ path }) => path)).not.toContain('/smuggled');
  for (const { headers, rawHeaders } of receiver.calls('/job')) {
    expect(rawHeaders.join()).not.toMatch(/injected/i);
    expect(headers).not.toHaveProperty('x-a');
    expect(headers).not.toHaveProperty('transfer-encoding');
  }
  await tork.process.stop();
}, 120_000);

const redirectTo =
  (location: string) =>
  (response: import('node:http').ServerResponse): void =>
    void response.writeHead(307, { Location: location }).end();
