import type { Datastore } from '../../datastore';
import { makeJob, makeTask, newId, storeJob, storeJobs } from '../factories';

/** A job comes back as it was written. */
export function jobs(underTest: () => Datastore): void {
  it('are found by id, with all that was submitted', async () => {
    const guest = (await underTest().user('guest'))!;
    const role = (await underTest().role('public'))!;
    const job = makeJob({
      parentId: newId(),
      name: 'everything',
      description: 'a job with all there is',
      tags: ['a', 'b c', '"quoted"', '{x}', ''],
      createdBy: guest,
      tasks: [{ name: 'z', env: { B: '1', A: '2' }, each: { list: '{{ [1,2] }}', task: { name: 'y', run: 'x' } } }],
      inputs: { key: 'value', ключ: 'значение 😀', quote: `'"\\`, line: 'a\nb\u2028c' },
      secrets: { password: 'secret' },
      output: '{{ tasks.x }}',
      defaults: { retry: { limit: 2 }, queue: 'slow', priority: 3, limits: { cpus: '.5' }, timeout: '1m' },
      webhooks: [{ url: 'http://localhost', headers: { a: 'b' }, event: 'job.StateChange' }],
      permissions: [{ role }, { user: guest }],
      autoDelete: { after: '1h' },
      schedule: { id: newId() },
      context: { job: { id: 'x', name: 'y' }, inputs: { key: 'value' }, secrets: { password: 'secret' }, tasks: {} },
    });
    await storeJobs(underTest(), [job]);

    expect(await underTest().job(job.id)).toEqual({ ...job, execution: [] });
  });

  it('tell their secrets, also those of sub-jobs and contexts, without being read', async () => {
    const inner = { name: 'b', subjob: { secrets: { c: 'deep', d: '{{ secrets.a }}' } } };
    const leaky = makeJob({
      secrets: { a: 'own' },
      context: { secrets: { b: 'context' } },
      tasks: [{ name: 'a', subjob: { secrets: { c: 'inner' }, tasks: [inner] } }],
    });
    const plain = makeJob({ inputs: { secrets: 'none' } });
    await storeJobs(underTest(), [leaky, plain]);

    const secrets = await underTest().jobSecrets([plain.id, newId(), leaky.id]);

    expect([...secrets.keys()].sort()).toEqual([leaky.id, plain.id].sort());
    expect(secrets.get(plain.id)).toMatchObject({ isEmpty: true });
    expect(secrets.get(leaky.id)?.hide('own context inner deep {{ secrets.a }}')).toBe(
      '[REDACTED] [REDACTED] [REDACTED] [REDACTED] {{ secrets.a }}',
    );
    expect(await underTest().jobSecrets([])).toEqual(new Map());
  });

  it('have only the fields they were given', async () => {
    const job = makeJob();
    await storeJobs(underTest(), [job]);

    expect(Object.keys((await underTest().job(job.id))!).sort()).toEqual([...Object.keys(job), 'execution'].sort());
  });

  it('keep the order of keys that their author chose', async () => {
    const job = makeJob({ tasks: [{ run: 'true', name: 'z', env: { zebra: '1', apple: '2', m: '3' } }] });
    await storeJobs(underTest(), [job]);

    const { tasks } = (await underTest().job(job.id))!;

    expect(JSON.stringify(tasks)).toBe(JSON.stringify(job.tasks));
  });

  it('take every change of what changes, and lose what is no longer there', async () => {
    const { job } = await storeJob(underTest());
    const at = new Date('2024-02-29T12:34:56.789Z');
    const change = {
      state: 'FAILED' as const,
      position: 1,
      progress: 33.33,
      context: { tasks: { a: 'b' } },
      startedAt: at,
      completedAt: at,
      failedAt: at,
      deleteAt: at,
      result: 'result',
      error: 'error',
    };

    await underTest().transaction((tx) => tx.write({ jobs: [{ ...job, ...change }] }));
    expect(await underTest().job(job.id)).toMatchObject(change);

    await underTest().transaction((tx) =>
      tx.write({ jobs: [{ id: job.id, state: 'RUNNING', position: 2, context: {} }] }),
    );
    const { execution: _, ...stored } = (await underTest().job(job.id))!;
    expect(stored).toEqual({ ...job, state: 'RUNNING', position: 2, context: {} });
  });

  it('take another document, and are found by what it says', async () => {
    const { job } = await storeJob(underTest(), {
      job: { name: 'before', secrets: { a: 'hidden' }, tags: ['old'] },
    });
    const other = {
      ...job,
      name: `after ${newId()}`,
      description: undefined,
      tags: ['new', `t${newId()}`],
      inputs: { b: 'c' },
      tasks: [{ name: 'x', queue: 'fast', run: 'true' }, { name: 'y' }],
      taskCount: 2,
      secrets: { a: 'other' },
      output: '{{ tasks.x }}',
      webhooks: undefined,
    };

    await underTest().transaction((tx) => tx.write({ documents: [other], jobs: [{ ...other, state: 'RUNNING' }] }));

    const { execution: _, ...stored } = (await underTest().job(job.id))!;
    expect(stored).toEqual(JSON.parse(JSON.stringify({ ...other, state: 'RUNNING' }), dates));
    const found = await underTest().jobs({ page: 1, size: 10, q: `tag:${other.tags[1]}` });
    expect(found.items).toMatchObject([{ id: job.id, name: other.name }]);
    expect((await underTest().jobs({ page: 1, size: 10, q: other.name })).items).toMatchObject([{ id: job.id }]);
    expect((await underTest().jobSecrets([job.id])).get(job.id)?.hide('other')).toBe('[REDACTED]');
  });

  it('are locked with all that a transition needs', async () => {
    const guest = (await underTest().user('guest'))!;
    const job = makeJob({ createdBy: guest, permissions: [{ user: guest }], secrets: { a: 'b' }, inputs: { c: 'd' } });
    await storeJobs(underTest(), [job]);

    expect(await underTest().transaction((tx) => tx.lockJobs([job.id, job.id]))).toEqual([job]);
  });

  it('list their tasks by position, then by start with those that never started last', async () => {
    const job = makeJob();
    const at = (seconds: number) => new Date(Date.now() + seconds * 1000);
    const tasks = [
      makeTask(job, { position: 2, startedAt: at(0) }),
      makeTask(job, { position: 1, id: 'f'.repeat(32) }),
      makeTask(job, { position: 1, id: 'e'.repeat(31) + 'a' }),
      makeTask(job, { position: 1, startedAt: at(2) }),
      makeTask(job, { position: 1, startedAt: at(1) }),
    ];
    await storeJobs(underTest(), [job], tasks);

    const { execution } = (await underTest().job(job.id))!;

    expect(execution?.map(({ id }) => id)).toEqual([4, 3, 2, 1, 0].map((index) => tasks[index]!.id));
  });

  it('are unknown by any other id', async () => {
    for (const id of [newId(), '', 'no such job', 'nul\0', '\ud800', "'; --", 'x'.repeat(100_000)]) {
      expect(await underTest().job(id)).toBeUndefined();
      expect(await underTest().jobState(id)).toBeUndefined();
      expect(await underTest().isVisible(id, 'guest')).toBe(false);
    }
  });

  it('are not stored twice', async () => {
    const { job } = await storeJob(underTest());

    await expect(storeJobs(underTest(), [job])).rejects.toMatchObject({
      code: 'DUPLICATE',
      message: 'jobs.id is taken',
    });
  });
}

/** Dates again, of what was JSON. */
const dates = (key: string, value: unknown): unknown =>
  key.endsWith('At') && typeof value === 'string' ? new Date(value) : value;
