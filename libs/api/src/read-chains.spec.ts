import { HiddenTexts } from '@tork/core';
import type { Job, JobSummary, Page, Task, TaskLogPart } from '@tork/core';
import { Redactor } from '@tork/middleware';
import { ReadChains } from './read-chains';
import type { ReadChainsOptions } from './read-chains';

const createdAt = new Date(0);
const job: Job = {
  id: 'j',
  name: 'a hidden job',
  state: 'RUNNING',
  createdAt,
  tasks: [],
  position: 1,
  taskCount: 1,
  secrets: { token: 'hidden' },
  context: {},
};
const task: Task = { id: 't', jobId: 'j', position: 1, state: 'RUNNING', attempt: 1, createdAt, run: 'echo hidden' };
const part: TaskLogPart = { id: 'p', taskId: 't', number: 1, contents: 'hidden\n', createdAt };
const pageOf = <T>(...items: T[]): Page<T> => ({ items, number: 1, size: items.length, totalPages: 1, totalItems: 9 });

const chains = (options: Partial<ReadChainsOptions> = {}) =>
  new ReadChains({
    redactor: new Redactor(),
    datastore: { jobSecrets: async (ids) => new Map(ids.includes('j') ? [['j', new HiddenTexts(['hidden'])]] : []) },
    ...options,
  });

it('nothing that is read shows a secret', async () => {
  expect((await chains().job(job)).name).toBe('a [REDACTED] job');
  expect((await chains().task(task)).run).toBe('echo [REDACTED]');
  expect((await chains().log(pageOf(part), 'j')).items[0]?.contents).toBe('[REDACTED]\n');
  expect(chains().accepted(job).name).toBe('a [REDACTED] job');
  expect((await chains().list(pageOf<JobSummary>(job))).items[0]?.name).toBe('a [REDACTED] job');
});

it('where it is unknown what to hide, nothing is shown', async () => {
  await expect(chains().task({ ...task, jobId: 'gone' })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  await expect(chains().log(pageOf(part), 'gone')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  expect(await chains().list(pageOf<JobSummary>(job, { ...job, id: 'gone' }))).toMatchObject({
    items: [{ id: 'j' }],
    size: 1,
    totalItems: 9,
  });
});

it('links see secrets on the way in, none on the way back, and can show none', async () => {
  const seen: (string | undefined)[] = [];
  const { run, description } = await chains({
    task: [
      async (context, next) => {
        seen.push(context.task.run);
        await next();
        seen.push(context.task.run);
        context.task.description = 'hidden after all';
      },
    ],
  }).task(task);

  expect(seen).toEqual(['echo hidden', 'echo [REDACTED]']);
  expect([run, description]).toEqual(['echo [REDACTED]', '[REDACTED] after all']);
});

it('a link that ends the chain, or forgets the secrets, shows none either', async () => {
  const shown = await chains({
    job: [({ job }) => void (job.secrets = {})],
    log: [(context) => void (context.parts = [...context.parts, part])],
  });

  expect((await shown.job({ ...job, context: {} })).name).toBe('a [REDACTED] job');
  expect((await shown.log(pageOf(part), 'j')).items).toHaveLength(2);
  expect(JSON.stringify(await shown.log(pageOf(part), 'j'))).not.toContain('hidden');
});

it('without redaction everything is shown, and nobody asks for secrets', async () => {
  const shown = chains({
    redactor: undefined,
    datastore: { jobSecrets: () => Promise.reject(new Error('asked')) },
  });

  expect(await shown.job(job)).toEqual(job);
  expect(await shown.task(task)).toEqual(task);
  expect(await shown.log(pageOf(part), 'gone')).toEqual(pageOf(part));
  expect((await shown.list(pageOf<JobSummary>(job))).items).toEqual([job]);
});
