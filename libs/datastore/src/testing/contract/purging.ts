import type { Datastore } from '../../datastore';
import { makeJob, makeNode, makeShipment, makeTask, newId, storeJob, storeJobs } from '../factories';

/** What is past its time goes, with all that belongs to it, and in bounds. */
export function purging(underTest: () => Datastore): void {
  const LONG_AGO = new Date('1999-01-01');
  const years = (n: number) => new Date(LONG_AGO.getTime() + n * 365 * 86_400_000);
  const purge = (options: Partial<Parameters<Datastore['purge']>[0]>) =>
    underTest().purge({
      now: LONG_AGO,
      logsBefore: LONG_AGO,
      jobsBefore: LONG_AGO,
      nodesBefore: LONG_AGO,
      limit: 1000,
      ...options,
    });

  it('removes nothing before its time', async () => {
    const { job } = await storeJob(underTest(), {
      job: { state: 'COMPLETED', deleteAt: new Date(Date.now() + 60_000) },
    });

    expect(await purge({})).toEqual({ logs: 0, jobs: 0, nodes: 0 });
    expect(await underTest().jobState(job.id)).toBe('COMPLETED');
  });

  it('removes jobs past their deletion time or their retention, but none that is under way', async () => {
    const jobs = {
      due: makeJob({ state: 'COMPLETED', deleteAt: years(-5) }),
      notDue: makeJob({ state: 'COMPLETED', deleteAt: years(5) }),
      completed: makeJob({ state: 'COMPLETED', createdAt: years(-5) }),
      failed: makeJob({ state: 'FAILED', createdAt: years(-5) }),
      cancelled: makeJob({ state: 'CANCELLED', createdAt: years(-5) }),
      running: makeJob({ state: 'RUNNING', createdAt: years(-5) }),
      pending: makeJob({ createdAt: years(-5) }),
      young: makeJob({ state: 'FAILED', createdAt: years(5) }),
    };
    await storeJobs(underTest(), Object.values(jobs));

    expect(await purge({})).toMatchObject({ jobs: 4 });

    const states = await Promise.all(Object.values(jobs).map(({ id }) => underTest().jobState(id)));
    const left = Object.keys(jobs).filter((_, index) => states[index] !== undefined);
    expect(left).toEqual(['notDue', 'running', 'pending', 'young']);
  });

  it('removes a job with its tasks, their output and its permissions', async () => {
    const role = (await underTest().role('public'))!;
    const job = makeJob({ state: 'FAILED', createdAt: years(-1), permissions: [{ role }] });
    const tasks = [makeTask(job), makeTask(job)];
    await storeJobs(underTest(), [job], tasks);
    await underTest().transaction((tx) => tx.writeLogs(tasks.map((task) => makeShipment(task))));
    const total = (await underTest().jobs({ page: 1, size: 1 })).totalItems;

    expect(await purge({})).toEqual({ jobs: 1, logs: 0, nodes: 0 });

    expect(await underTest().job(job.id)).toBeUndefined();
    for (const { id } of tasks) {
      expect(await underTest().task(id)).toBeUndefined();
      expect((await underTest().taskLog(id, { page: 1, size: 1 })).totalItems).toBe(0);
    }
    expect((await underTest().jobs({ page: 1, size: 1 })).totalItems).toBe(total - 1);
    await storeJobs(underTest(), [job]);
    await purge({});
  });

  it('removes old output and silent nodes', async () => {
    const { task } = await storeJob(underTest());
    const name = newId();
    await underTest().transaction(async (tx) => {
      await tx.writeLogs([makeShipment(task, { at: years(-1).toISOString() }), makeShipment(task, { sequence: 2 })]);
      await tx.writeHeartbeats([makeNode({ name, lastHeartbeatAt: years(-1) }), makeNode({ name })]);
    });

    expect(await purge({})).toEqual({ logs: 1, jobs: 0, nodes: 1 });

    expect((await underTest().taskLog(task.id, { page: 1, size: 9 })).items).toMatchObject([{ number: 2 }]);
    expect((await underTest().nodes(years(-9))).filter((node) => node.name === name)).toHaveLength(1);
  });

  it('removes no more than it is told to, and the rest the next time', async () => {
    const jobs = Array.from({ length: 5 }, () =>
      makeJob({ state: 'COMPLETED', createdAt: years(-1), deleteAt: years(-1) }),
    );
    const { task } = await storeJob(underTest());
    const at = years(-1).toISOString();
    await storeJobs(underTest(), jobs);
    await underTest().transaction((tx) =>
      tx.writeLogs([1, 2, 3, 4, 5].map((sequence) => makeShipment(task, { sequence, at }))),
    );

    const counts = [await purge({ limit: 3 }), await purge({ limit: 3 }), await purge({ limit: 3 })];

    expect(counts.map(({ jobs, logs }) => [jobs, logs])).toEqual([
      [3, 3],
      [2, 2],
      [0, 0],
    ]);
  });
}
