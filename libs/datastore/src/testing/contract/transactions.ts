import type { Datastore } from '../../datastore';
import { makeJob, newId, storeJob, storeJobs } from '../factories';

/** Whole or not at all, one after the other where they meet. */
export function transactions(underTest: () => Datastore): void {
  it('keep what they wrote when they end well', async () => {
    const job = makeJob();

    const answer = await underTest().transaction(async (tx) => {
      await tx.write({ newJobs: [job] });
      return 'done';
    });

    expect(answer).toBe('done');
    expect(await underTest().jobState(job.id)).toBe('PENDING');
  });

  it('leave nothing behind when they fail', async () => {
    const job = makeJob();
    const failure = new Error('no');

    const run = underTest().transaction(async (tx) => {
      await tx.write({ newJobs: [job], outbox: [{ queue: 'jobs', body: { jobId: job.id } }] });
      throw failure;
    });

    await expect(run).rejects.toBe(failure);
    expect(await underTest().jobState(job.id)).toBeUndefined();
  });

  it('do not pretend to have ended well after a statement that failed, caught or not', async () => {
    const job = makeJob();

    const run = underTest().transaction(async (tx) => {
      await tx.write({ newJobs: [job] });
      await tx.write({ newJobs: [job] }).catch(() => undefined);
    });

    await expect(run).rejects.toMatchObject({ code: 'DUPLICATE' });
    expect(await underTest().jobState(job.id)).toBeUndefined();
  });

  it('read what they wrote themselves', async () => {
    const job = makeJob();

    const locked = await underTest().transaction(async (tx) => {
      await tx.write({ newJobs: [job] });
      return tx.lockJobs([job.id]);
    });

    expect(locked).toEqual([job]);
  });

  it('change a job one after the other', async () => {
    const { job } = await storeJob(underTest());

    await Promise.all(
      Array.from({ length: 20 }, () =>
        underTest().transaction(async (tx) => {
          const [locked] = await tx.lockJobs([job.id]);
          await tx.write({ jobs: [{ ...locked!, position: locked!.position + 1 }] });
        }),
      ),
    );

    expect(await underTest().job(job.id)).toMatchObject({ position: 20 });
  });

  it('lock jobs in one order, whichever they were asked for in', async () => {
    const jobs = Array.from({ length: 10 }, () => makeJob());
    await storeJobs(underTest(), jobs);
    const ids = jobs.map(({ id }) => id);
    const lock = (wanted: string[]) =>
      underTest().transaction(async (tx) => {
        const locked = await tx.lockJobs(wanted);
        await tx.write({ jobs: locked.map((job) => ({ ...job, position: job.position + 1 })) });
        return locked.map(({ id }) => id);
      });

    const orders = await Promise.all(
      Array.from({ length: 30 }, (_, n) => lock(n % 2 === 0 ? ids : [...ids].reverse())),
    );

    for (const order of orders) expect(order).toEqual([...ids].sort());
    expect(await underTest().job(ids[0]!)).toMatchObject({ position: 30 });
  });

  it('send statements that do not depend on each other together', async () => {
    const { job, task } = await storeJob(underTest());

    const [jobs, tasks] = await underTest().transaction((tx) =>
      Promise.all([tx.lockJobs([job.id]), tx.tasks([task.id])]),
    );

    expect([jobs[0]?.id, tasks[0]?.id]).toEqual([job.id, task.id]);
  });

  it('hold a named lock until they end', async () => {
    const name = newId();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let locked = (_: boolean): void => undefined;
    const first = new Promise<boolean>((resolve) => (locked = resolve));

    const holder = underTest().transaction(async (tx) => {
      locked(await tx.tryLock(name));
      await held;
    });
    expect(await first).toBe(true);
    release();
    await holder;

    expect(await underTest().transaction((tx) => tx.tryLock(name))).toBe(true);
  });

  it('find nothing and write nothing where nothing is asked', async () => {
    const found = await underTest().transaction(async (tx) => [
      await tx.lockJobs([]),
      await tx.lockJobs([newId()]),
      await tx.tasks([]),
      await tx.tasks([newId()]),
      await tx.activeTasks([]),
      await tx.write({}),
      await tx.write({ jobs: [], outbox: [] }),
      await tx.deleteOutbox([]),
      await tx.writeLogs([]),
      await tx.writeHeartbeats([]),
    ]);

    expect(found).toEqual([[], [], [], [], [], [], [], undefined, undefined, undefined]);
  });
}
