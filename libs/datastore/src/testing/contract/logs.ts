import type { Datastore } from '../../datastore';
import { makeJob, makeShipment, makeTask, newId, storeJob, storeJobs } from '../factories';

/** Output is stored once, in order, however often and in whatever order it arrives. */
export function logs(underTest: () => Datastore): void {
  const ship = (...parts: ReturnType<typeof makeShipment>[]) => underTest().transaction((tx) => tx.writeLogs(parts));
  const all = { page: 1, size: 100 };

  it('of a task show the newest part first', async () => {
    const { task } = await storeJob(underTest());
    const at = '2024-01-02T03:04:05.678Z';
    await ship(...[1, 2, 3].map((sequence) => makeShipment(task, { sequence, contents: `line ${sequence}`, at })));

    const page = await underTest().taskLog(task.id, all);

    expect(page).toMatchObject({ number: 1, size: 3, totalItems: 3, totalPages: 1 });
    expect(page.items).toEqual(
      [3, 2, 1].map((number) => ({
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        taskId: task.id,
        number,
        contents: `line ${number}`,
        createdAt: new Date(at),
      })),
    );
  });

  it('come in pages', async () => {
    const { job, task } = await storeJob(underTest());
    await ship(...Array.from({ length: 5 }, (_, n) => makeShipment(task, { sequence: n + 1 })));

    for (const page of [
      await underTest().taskLog(task.id, { page: 2, size: 2 }),
      await underTest().jobLog(job.id, { page: 2, size: 2 }),
    ]) {
      expect(page).toMatchObject({ number: 2, size: 2, totalItems: 5, totalPages: 3 });
      expect(page.items.map(({ number }) => number)).toEqual([3, 2]);
    }
  });

  it('drop repeats, within a shipment and after it', async () => {
    const { task } = await storeJob(underTest());
    const part = makeShipment(task, { contents: 'first' });

    await ship(part, part);
    await ship({ ...part, contents: 'again' }, makeShipment(task, { sequence: 2 }));

    const { items } = await underTest().taskLog(task.id, all);
    expect(items.map(({ number, contents }) => [number, contents])).toEqual([
      [2, 'a line'],
      [1, 'first'],
    ]);
  });

  it('count on from one attempt to the next', async () => {
    const { task } = await storeJob(underTest());
    const parts = (attempt: number, ...sequences: number[]) =>
      sequences.map((sequence) => makeShipment(task, { attempt, sequence, contents: `${attempt}.${sequence}` }));

    await ship(...parts(1, 1, 2, 3));
    await ship(...parts(2, 2, 1));
    await ship(...parts(3, 1), ...parts(2, 3));
    await ship(...parts(3, 2));

    const { items } = await underTest().taskLog(task.id, all);
    expect(items.map(({ contents }) => contents)).toEqual(['3.2', '3.1', '2.3', '2.2', '2.1', '1.3', '1.2', '1.1']);
    expect(items.map(({ number }) => number)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('keep what arrives late from an attempt before', async () => {
    const { task } = await storeJob(underTest());
    await ship(makeShipment(task, { attempt: 1, sequence: 1 }), makeShipment(task, { attempt: 2, sequence: 1 }));
    await ship(makeShipment(task, { attempt: 1, sequence: 2, contents: 'late' }));
    await ship(makeShipment(task, { attempt: 2, sequence: 2, contents: 'last' }));

    const { items } = await underTest().taskLog(task.id, all);

    expect(items).toHaveLength(4);
    expect(items[0]?.contents).toBe('last');
    expect(items.map(({ contents }) => contents)).toContain('late');
  });

  it('of unknown tasks are dropped', async () => {
    const { task } = await storeJob(underTest());
    const unknown = newId();

    await ship(makeShipment({ id: unknown }), makeShipment(task), makeShipment({ id: 'nul\0' }));

    expect((await underTest().taskLog(unknown, all)).totalItems).toBe(0);
    expect((await underTest().taskLog(task.id, all)).totalItems).toBe(1);
  });

  it('lose what cannot be stored, and keep all else', async () => {
    const { task } = await storeJob(underTest());
    await ship(
      makeShipment(task, { contents: 'a\0b \ud800 😀 \u001b[31m\r\n' }),
      makeShipment(task, { sequence: 2, contents: '' }),
    );

    const { items } = await underTest().taskLog(task.id, all);

    expect(items.map(({ contents }) => contents)).toEqual(['', 'ab \ufffd 😀 \u001b[31m\r\n']);
  });

  it('of a job go through its tasks from the last to the first', async () => {
    const job = makeJob();
    const other = makeJob();
    const early = new Date(Date.now() - 1000);
    const tasks = [
      makeTask(job, { position: 1 }),
      makeTask(job, { position: 2, createdAt: early }),
      makeTask(job, { position: 2 }),
      makeTask(other, { position: 3 }),
    ];
    await storeJobs(underTest(), [job, other], tasks);
    await ship(
      ...tasks.flatMap((task, index) =>
        [1, 2].map((sequence) => makeShipment(task, { sequence, contents: `${index}.${sequence}` })),
      ),
    );

    const page = await underTest().jobLog(job.id, all);

    expect(page.items.map(({ contents }) => contents)).toEqual(['2.2', '2.1', '1.2', '1.1', '0.2', '0.1']);
    expect(page.totalItems).toBe(6);
  });

  it('are searched by all words of a text; tags do not count', async () => {
    const { job, task } = await storeJob(underTest());
    const lines = ['ERROR: disk is full', 'all is well', 'errors happen', 'the disk'];
    await ship(...lines.map((contents, index) => makeShipment(task, { sequence: index + 1, contents })));
    const found = async (q: string) => {
      const [ofTask, ofJob] = [
        await underTest().taskLog(task.id, { ...all, q }),
        await underTest().jobLog(job.id, { ...all, q }),
      ];
      expect(ofJob).toEqual(ofTask);
      expect(ofTask.totalItems).toBe(ofTask.items.length);
      return ofTask.items.map(({ contents }) => contents);
    };

    expect(await found('error')).toEqual(['errors happen', 'ERROR: disk is full']);
    expect(await found('error disk tag:x')).toEqual(['ERROR: disk is full']);
    expect(await found('tag:x')).toHaveLength(4);
    expect(await found('the')).toEqual([]);
    for (const text of ['|', "'", '\\', '(disk', '\0', ':*']) await found(text);
  });

  it('of unknown jobs and tasks are empty', async () => {
    for (const id of [newId(), '', 'nul\0']) {
      const empty = { items: [], number: 1, size: 0, totalPages: 0, totalItems: 0 };
      expect(await underTest().taskLog(id, all)).toEqual(empty);
      expect(await underTest().jobLog(id, all)).toEqual(empty);
    }
  });
}
