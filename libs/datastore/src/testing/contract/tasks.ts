import type { Task } from '@tork/core';
import type { Datastore } from '../../datastore';
import { makeJob, makeTask, newId, storeJob, storeJobs } from '../factories';

/** A task comes back as it was written. */
export function tasks(underTest: () => Datastore): void {
  const EVERYTHING: Partial<Task> = {
    description: 'with all there is',
    image: 'busybox',
    cmd: ['a', ''],
    entrypoint: ['b'],
    env: { Z: '1', A: '{{ x }}' },
    files: { 'a.txt': 'line\n' },
    registry: { username: 'u', password: 'p' },
    pre: [{ name: 'pre', run: 'x' }],
    post: [{ name: 'post' }],
    sidecars: [{ name: 'side', probe: { path: '/', port: 80 } }],
    mounts: [{ type: 'volume', target: '/x', opts: { a: 'b' } }],
    networks: ['n'],
    gpus: 'all',
    var: 'v',
    if: 'true',
    tags: ['t'],
    workdir: '/w',
    parentId: newId(),
    state: 'FAILED',
    attempt: 3,
    nodeId: 'node',
    queue: 'q',
    priority: 9,
    limits: { cpus: '1', memory: '1g' },
    timeout: '1h30m',
    retry: { limit: 3, initialDelay: '1s', attempts: 2 },
    dueAt: new Date(1),
    scheduledAt: new Date(2),
    startedAt: new Date(3),
    completedAt: new Date(4),
    failedAt: new Date(5),
    error: 'e',
    result: 'r',
    progress: 12.5,
    redelivered: 1,
  };

  it('are found by id, with all that they were created with', async () => {
    const job = makeJob();
    const task = makeTask(job, EVERYTHING);
    await storeJobs(underTest(), [job], [task]);

    expect(await underTest().task(task.id)).toEqual(task);
    const { attempt, nodeId, priority, queue, scheduledAt, startedAt, state } = task;
    const ref = { taskId: task.id, jobId: job.id, attempt, nodeId, priority, queue, scheduledAt, startedAt, state };
    expect(await underTest().transaction((tx) => tx.taskRefs([newId(), task.id]))).toEqual([ref]);
    expect((await underTest().job(job.id))?.execution).toEqual([task]);
    expect(await underTest().transaction((tx) => tx.tasks([task.id, newId()]))).toEqual([task]);
  });

  it('have only the fields they were given', async () => {
    const { task } = await storeJob(underTest());

    expect(Object.keys((await underTest().task(task.id))!).sort()).toEqual(Object.keys(task).sort());
  });

  it('take every change of what changes, and lose what is no longer there', async () => {
    const { task } = await storeJob(underTest());

    const changed: Task = { ...task, ...EVERYTHING, parentId: undefined };
    await underTest().transaction((tx) => tx.write({ tasks: [changed] }));
    const { dueAt, scheduledAt, startedAt, completedAt, failedAt, error, result, progress, redelivered } = EVERYTHING;
    expect(await underTest().task(task.id)).toMatchObject({
      ...{ dueAt, scheduledAt, startedAt, completedAt, failedAt, error, result, progress, redelivered },
      ...{ state: 'FAILED', attempt: 3, nodeId: 'node', queue: 'q', priority: 9, limits: { cpus: '1', memory: '1g' } },
      ...{ timeout: '1h30m', retry: { limit: 3, initialDelay: '1s', attempts: 2 } },
    });

    await underTest().transaction((tx) => tx.write({ tasks: [task] }));
    expect(await underTest().task(task.id)).toEqual(task);
  });

  it.each<[string, Partial<Task>, Partial<Task>]>([
    [
      'parallel',
      { parallel: { tasks: [{ name: 'a' }, { name: 'b' }] } },
      { parallel: { tasks: [{ name: 'a' }, { name: 'b' }], completions: 2 } },
    ],
    [
      'each',
      { each: { var: 'item', list: '[1]', task: { name: 'a' }, concurrency: 5 } },
      { each: { var: 'item', list: '[1]', task: { name: 'a' }, concurrency: 5, size: 9, completions: 1, index: 5 } },
    ],
    [
      'subjob',
      { subjob: { name: 's', tasks: [{ name: 'a' }], secrets: { a: 'b' }, detached: true } },
      { subjob: { name: 's', tasks: [{ name: 'a' }], secrets: { a: 'b' }, detached: true, id: newId() } },
    ],
  ])('of the kind %s keep their definition and count what comes of it', async (_kind, created, changed) => {
    const { task } = await storeJob(underTest(), { task: created });
    expect(await underTest().task(task.id)).toEqual(task);

    await underTest().transaction((tx) => tx.write({ tasks: [{ ...task, ...changed }] }));

    expect(await underTest().task(task.id)).toEqual({ ...task, ...changed });
  });

  it('are active until they end', async () => {
    const job = makeJob();
    const other = makeJob();
    const states = [
      'CREATED',
      'PENDING',
      'SCHEDULED',
      'RUNNING',
      'COMPLETED',
      'FAILED',
      'CANCELLED',
      'SKIPPED',
    ] as const;
    const tasks = states.map((state) => makeTask(job, { state }));
    await storeJobs(underTest(), [job, other], [...tasks, makeTask(other)]);

    const active = await underTest().transaction((tx) => tx.activeTasks([job.id]));

    expect(active).toEqual(tasks.slice(0, 4));
  });

  it('wait in the order of their creation', async () => {
    const job = makeJob();
    const parent = makeTask(job);
    const children = Array.from({ length: 50 }, () => makeTask(job, { parentId: parent.id, state: 'CREATED' }));
    await storeJobs(underTest(), [job], [parent, ...children]);

    const first = await underTest().transaction((tx) => tx.createdTasks(parent.id, 3));
    await underTest().transaction((tx) => tx.write({ tasks: first.map((task) => ({ ...task, state: 'PENDING' })) }));
    const next = await underTest().transaction((tx) => tx.createdTasks(parent.id, 2));

    expect([...first, ...next].map(({ id }) => id)).toEqual(children.slice(0, 5).map(({ id }) => id));
  });

  it('are unknown by any other id', async () => {
    for (const id of [newId(), '', 'nul\0', '\ud800']) expect(await underTest().task(id)).toBeUndefined();
  });
}
