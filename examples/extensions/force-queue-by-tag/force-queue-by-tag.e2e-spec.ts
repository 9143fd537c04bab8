import { join } from 'node:path';
import { startTork, useServices } from '@tork/testing';
import type { TorkServer } from '@tork/testing';

const services = useServices('postgres');
let tork: TorkServer;
beforeAll(async () => {
  tork = await startTork(join(__dirname, 'dist/main.js'), {
    config: join(__dirname, 'config.toml'),
    postgres: services.postgres.url,
  });
});
afterAll(() => tork?.stop());

const queuesOf = async (job: object) => {
  const { execution, state } = await tork.ended(await tork.submit({ name: 'test', ...job }));
  expect(state).toBe('COMPLETED');
  return execution.map(({ queue }) => queue);
};
const run = 'true';

it('sends the tasks of a job with the tag to the queue, whatever they name', async () => {
  const tasks = [
    { name: 'a', run },
    { name: 'b', run, queue: 'default' },
  ];

  expect(await queuesOf({ tags: ['nightly', 'gpu'], tasks })).toEqual(['gpu', 'gpu']);
});

it('sends a task there that has the tag itself, and no other', async () => {
  const tasks = [
    { name: 'a', run },
    { name: 'b', run, tags: ['gpu'] },
  ];

  expect(await queuesOf({ tags: ['nightly'], tasks })).toEqual(['default', 'gpu']);
});
