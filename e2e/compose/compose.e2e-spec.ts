import { join } from 'node:path';
import { ensureImage } from '@tork/runtime/testing';
import { eventually } from '@tork/testing';
import { command } from '../harness/command';
import { ComposeProject, docker, linesOf } from '../harness/compose';

// Most of it goes into images that are not there yet.
const STARTS_WITHIN_MS = 30 * 60_000;
jest.setTimeout(5 * 60_000);

const taskIds: string[] = [];
let tork: ComposeProject;

beforeAll(async () => {
  await ensureImage();
  tork = await ComposeProject.up();
}, STARTS_WITHIN_MS);

/** Submits a document as the README does, once the API answers. */
async function submit(file: string): Promise<string> {
  const wait = ['--retry', '60', '--retry-delay', '1', '--retry-all-errors'];
  const body = ['--header', 'content-type: text/yaml', '--data-binary', `@${join(__dirname, file)}`];
  const answer = await command('curl', [
    '--fail',
    '--silent',
    '--show-error',
    ...wait,
    ...body,
    `${tork.client.base}/jobs`,
  ]);
  return JSON.parse(answer).id;
}

/** The container of the only task of a job, once it runs. */
const runningContainer = (id: string) =>
  eventually(
    async () => {
      const [task] = (await tork.client.job(id)).execution;
      const container = await docker('ps', '--quiet', '--filter', `label=tork.task=${task?.id}`);
      if (!container) throw new Error(`its task is ${task?.state} and has no container`);
      return container;
    },
    { timeoutMs: 60_000, intervalMs: 200 },
  );

it('completes a job that curl submits, in containers', async () => {
  const id = await submit('job.yaml');

  const job = await tork.client.ended(id);

  taskIds.push(...job.execution.map((task) => task.id!));
  expect(job).toMatchObject({ state: 'COMPLETED', result: '42' });
  expect(await tork.client.log(id)).toBe('adding\nthe sum is 42\n');
});

it('goes on when the coordinator dies while a task runs', async () => {
  const coordinator = await tork.containerOf('coordinator');
  const id = await tork.client.submit({
    name: 'held',
    tasks: [{ name: 'wait', image: 'busybox:stable', run: 'until [ -e /tmp/go ]; do sleep 0.1; done; echo went on' }],
  });
  const container = await runningContainer(id);

  await tork.crash('coordinator');
  await eventually(
    async () => expect(await docker('inspect', '--format', '{{.RestartCount}}', coordinator)).toBe('1'),
    { timeoutMs: 30_000, intervalMs: 200 },
  );
  await docker('exec', container, 'touch', '/tmp/go');
  const held = await tork.client.ended(id);
  const next = await tork.client.ended(await submit('job.yaml'));

  taskIds.push(...[...held.execution, ...next.execution].map((task) => task.id!));
  expect([held.state, next.state, next.result]).toEqual(['COMPLETED', 'COMPLETED', '42']);
  expect(await tork.client.log(id)).toBe('went on\n');
});

it('leaves nothing behind', async () => {
  await tork.down();

  expect(await tork.resources()).toEqual([]);
  const containers = taskIds.map((id) => docker('ps', '--all', '--quiet', '--filter', `label=tork.task=${id}`));
  expect((await Promise.all(containers)).flatMap(linesOf)).toEqual([]);
  expect(taskIds).toHaveLength(5);
});
