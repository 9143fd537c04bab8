import type { Datastore } from '../../datastore';
import { makeJob, makeTask, storeJob, storeJobs } from '../factories';

/** Not every text that JavaScript can hold can be stored. */
export function texts(underTest: () => Datastore): void {
  it.each([
    ['name', { name: 'a\0b' }, 'name'],
    ['description', { description: '\0' }, 'description'],
    ['tags', { tags: ['fine', 'bad\0'] }, 'tags[1]'],
    ['inputs', { inputs: { key: 'x\0' } }, 'inputs.key'],
    ['a key', { inputs: { 'k\0ey': 'x' } }, 'inputs.key'],
    ['a script', { tasks: [{ name: 'a', run: 'b\0c' }] }, 'tasks[0].run'],
  ])('of a new job are refused with the name of the field: %s', async (_where, fields, field) => {
    await expect(storeJobs(underTest(), [makeJob(fields)])).rejects.toMatchObject({
      code: 'INVALID_VALUE',
      message: `${field} holds a NUL character, which cannot be stored`,
    });
  });

  it('of a job under way lose what cannot be stored', async () => {
    const { job, task } = await storeJob(underTest());

    await underTest().transaction((tx) =>
      tx.write({
        jobs: [{ ...job, result: '\0r', error: 'e\0', context: { tasks: { a: '\0b\0' } } }],
        tasks: [{ ...task, result: 'a\0b', error: '\0' }],
        newTasks: [makeTask(job, { position: 2, env: { A: 'x\0y' } })],
        outbox: [{ queue: 'q', body: { text: 'x\0y' } }],
      }),
    );

    const stored = await underTest().job(job.id);
    expect(stored).toMatchObject({ result: 'r', error: 'e', context: { tasks: { a: 'b' } } });
    expect(stored?.execution).toMatchObject([{ result: 'ab', error: '' }, { env: { A: 'xy' } }]);
  });

  it('get a replacement for each half of a surrogate pair', async () => {
    const job = makeJob({ name: 'a\ud800b', inputs: { x: '\udc00', y: '😀' } });
    await storeJobs(underTest(), [job]);

    expect(await underTest().job(job.id)).toMatchObject({ name: 'a\ufffdb', inputs: { x: '\ufffd', y: '😀' } });
  });

  it('that only look as if they could not be stored stay as they are', async () => {
    const looks = ['\\u0000', '\\\\u0000', '\\ud800', '\ufffd', '\u0001\u001f\u007f', '\ufffe\uffff'].join(' ');
    const job = makeJob({ name: looks, inputs: { looks }, context: { inputs: { looks } } });
    await storeJobs(underTest(), [job]);

    expect(await underTest().job(job.id)).toMatchObject({
      name: looks,
      inputs: { looks },
      context: { inputs: { looks } },
    });
  });

  it('may be long', async () => {
    const long = 'wörd '.repeat(500_000);
    const job = makeJob({ description: long, inputs: { long } });
    await storeJobs(underTest(), [job]);

    const stored = await underTest().job(job.id);

    expect(stored?.description === long && stored.inputs?.long === long).toBe(true);
  });

  it('of a job that lacks what it must have are refused with the name of the field', async () => {
    const job = makeJob({ name: undefined as unknown as string });

    await expect(storeJobs(underTest(), [job])).rejects.toMatchObject({
      code: 'INVALID_VALUE',
      message: 'jobs.name cannot be stored',
    });
  });
}
