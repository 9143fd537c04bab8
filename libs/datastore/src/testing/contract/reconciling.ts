import type { Task } from '@tork/core';
import type { Datastore, TaskRef } from '../../datastore';
import { makeJob, makeNode, makeTask, newId, storeJobs } from '../factories';

/** What the reconciler finds. Other tests' rows are in the same store, so each looks for its own. */
export function reconciling(underTest: () => Datastore): void {
  const MANY = 10_000;
  const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);
  const now = () => new Date();
  const ids = (refs: TaskRef[], tasks: Task[]) =>
    refs.filter((ref) => tasks.some(({ id }) => id === ref.taskId)).map(({ taskId }) => taskId);

  it('finds jobs whose start got lost', async () => {
    const jobs = [
      makeJob({ createdAt: ago(100) }),
      makeJob({ createdAt: ago(50) }),
      makeJob({ createdAt: ago(100), state: 'SCHEDULED' }),
      makeJob(),
      makeJob({ createdAt: ago(100) }),
    ];
    const start = { queue: 'jobs', body: { type: 'start', jobId: jobs[4]!.id } };
    const [row] = await underTest().transaction((tx) => tx.write({ newJobs: jobs, outbox: [start] }));
    const find = async () =>
      (await underTest().forgottenJobs(ago(20), MANY)).filter((id) => jobs.some((job) => job.id === id));

    expect(await find()).toEqual([jobs[0]!.id, jobs[1]!.id]);

    await underTest().deleteOutbox([row!.id]);
    expect(await find()).toContain(jobs[4]!.id);
    expect(await underTest().forgottenJobs(now(), 1)).toHaveLength(1);
  });

  it('finds tasks whose hand-out got lost, once they are due', async () => {
    const job = makeJob();
    const tasks = [
      makeTask(job, { state: 'PENDING', createdAt: ago(100) }),
      makeTask(job, { state: 'PENDING', createdAt: ago(90), dueAt: ago(30) }),
      makeTask(job, { state: 'PENDING', createdAt: ago(90), dueAt: ago(10) }),
      makeTask(job, { state: 'PENDING' }),
      makeTask(job, { state: 'SCHEDULED', createdAt: ago(100) }),
    ];
    await storeJobs(underTest(), [job], tasks);

    const found = await underTest().forgottenTasks(ago(20), MANY);

    expect(ids(found, tasks)).toEqual([tasks[0]!.id, tasks[1]!.id]);
    expect(found.find(({ taskId }) => taskId === tasks[0]!.id)).toEqual({
      jobId: job.id,
      taskId: tasks[0]!.id,
      state: 'PENDING',
      attempt: 1,
      queue: 'default',
      scheduledAt: tasks[0]!.scheduledAt,
    });
  });

  it('finds the queues in which tasks wait, and the tasks that wait longest', async () => {
    const job = makeJob();
    const [busy, idle, empty] = [newId(), newId(), newId()];
    const tasks = [
      makeTask(job, { queue: busy, scheduledAt: ago(50), priority: 5 }),
      makeTask(job, { queue: busy, scheduledAt: ago(100) }),
      makeTask(job, { queue: busy }),
      makeTask(job, { queue: idle, scheduledAt: ago(70) }),
      makeTask(job, { queue: empty }),
      makeTask(job, { queue: empty, state: 'RUNNING', scheduledAt: ago(100) }),
    ];
    await storeJobs(underTest(), [job], tasks);

    const queues = await underTest().waitingQueues(ago(20));
    expect(queues).toEqual(expect.arrayContaining([busy, idle]));
    expect(queues).not.toContain(empty);
    expect(new Set(queues).size).toBe(queues.length);

    const find = async (...wanted: string[]) => ids(await underTest().waitingTasks(wanted, ago(20), MANY), tasks);
    expect(await find(busy, idle, empty)).toEqual([tasks[1]!.id, tasks[3]!.id, tasks[0]!.id]);
    expect(await find(idle)).toEqual([tasks[3]!.id]);
    expect(await find()).toEqual([]);
    expect(await underTest().waitingTasks([busy, idle], ago(20), 1)).toMatchObject([{ taskId: tasks[1]!.id }]);
  });

  it('leaves out tasks whose message is still to be published', async () => {
    const job = makeJob();
    const queue = newId();
    const [published, unpublished] = [50, 40].map((s) => makeTask(job, { queue, scheduledAt: ago(s) }));
    await storeJobs(underTest(), [job], [published!, unpublished!]);
    const rows = await underTest().transaction((tx) =>
      tx.write({
        outbox: [
          { queue, body: { id: unpublished!.id } },
          { queue, body: 'of another kind' },
        ],
      }),
    );
    const find = async () => (await underTest().waitingTasks([queue], ago(20), MANY)).map(({ taskId }) => taskId);

    expect(await find()).toEqual([published!.id]);

    await underTest().deleteOutbox(rows.map(({ id }) => id));
    expect(await find()).toEqual([published!.id, unpublished!.id]);
  });

  it('finds tasks that others have overtaken in their queue', async () => {
    const job = makeJob();
    const [queue, other] = [newId(), newId()];
    const running = (scheduledAt: Date, fields: Partial<Task> = {}) =>
      makeTask(job, { queue, state: 'RUNNING', nodeId: 'node', scheduledAt, ...fields });
    const tasks = [
      makeTask(job, { queue, scheduledAt: ago(100) }),
      makeTask(job, { queue, scheduledAt: ago(90), priority: 5 }),
      makeTask(job, { queue, scheduledAt: ago(55) }), // not by long enough
      makeTask(job, { queue: other, scheduledAt: ago(100) }),
      running(ago(50)),
      running(ago(10), { priority: 9 }),
      running(ago(100), { queue: other }),
    ];
    const urgent = makeTask(job, { queue, scheduledAt: ago(40), priority: 9 });
    await storeJobs(underTest(), [job], [...tasks, urgent]);

    const found = await underTest().overtakenTasks([queue, other], ago(20), 20_000, MANY);

    expect(found.map(({ taskId }) => taskId)).toEqual([tasks[0]!.id, tasks[1]!.id, urgent.id]);
    expect(await underTest().overtakenTasks([queue], ago(20), 20_000, 1)).toMatchObject([
      { taskId: tasks[0]!.id, queue },
    ]);
    expect(await underTest().overtakenTasks([], ago(20), 20_000, MANY)).toEqual([]);
  });

  it('finds tasks of nodes that fell silent or are unknown', async () => {
    const job = makeJob();
    const [alive, silent] = [makeNode(), makeNode({ lastHeartbeatAt: ago(30) })];
    const tasks = [
      makeTask(job, { state: 'RUNNING', nodeId: alive.id }),
      makeTask(job, { state: 'RUNNING', nodeId: silent.id, attempt: 2, startedAt: ago(40) }),
      makeTask(job, { state: 'RUNNING', nodeId: newId(), startedAt: ago(50) }),
      makeTask(job, { state: 'COMPLETED', nodeId: silent.id }),
      makeTask(job, { state: 'RUNNING' }),
    ];
    await storeJobs(underTest(), [job], tasks);
    await underTest().transaction((tx) => tx.writeHeartbeats([alive, silent]));

    const found = await underTest().abandonedTasks(ago(20), MANY);

    expect(ids(found, tasks)).toEqual([tasks[2]!.id, tasks[1]!.id]);
    expect(found.find(({ taskId }) => taskId === tasks[1]!.id)).toMatchObject({ attempt: 2, nodeId: silent.id });
  });

  it('finds tasks that their living node does not know', async () => {
    const job = makeJob();
    const startedAt = ago(60);
    const node = makeNode();
    const running = { state: 'RUNNING' as const, nodeId: node.id, startedAt };
    const tasks = [
      makeTask(job, running),
      makeTask(job, running),
      makeTask(job, { ...running, attempt: 2 }),
      makeTask(job, { ...running, startedAt: now() }),
      makeTask(job, { ...running, state: 'COMPLETED' }),
    ];
    await storeJobs(underTest(), [job], tasks);
    const beat = (lastHeartbeatAt: Date) =>
      underTest().transaction((tx) =>
        tx.writeHeartbeats([
          {
            ...node,
            lastHeartbeatAt,
            held: [tasks[1]!, tasks[2]!].map(({ id }) => ({ jobId: job.id, taskId: id, attempt: 1 })),
          },
        ]),
      );
    const find = async () => ids(await underTest().droppedTasks(ago(20), 20_000, MANY), tasks);

    await beat(ago(50));
    expect(await find()).toEqual([]);

    await beat(now());
    expect((await find()).sort()).toEqual([tasks[0]!.id, tasks[2]!.id].sort());
  });
}
