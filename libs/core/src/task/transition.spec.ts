import type { Job } from '../job/job';
import type { MachineContext } from '../machine/view';
import type { TaskEvent, TaskRedelivered } from '../queue/messages';
import type { Task } from './task';
import { REDELIVERED_TOO_OFTEN, onTaskEvent, onTaskStep } from './transition';

const now = new Date('2026-01-01T12:00:00Z');
const seconds = (n: number) => new Date(now.getTime() + n * 1000);

const context: MachineContext = {
  now,
  newId: () => 'fresh',
  expressions: { render: (text) => text, value: (text) => text, condition: (text) => text },
  maxRedeliveries: 5,
};

const job: Job = {
  id: 'job',
  name: 'a job',
  state: 'RUNNING',
  createdAt: now,
  tasks: [{ name: 'a task' }],
  position: 1,
  taskCount: 1,
  context: {},
};

const makeTask = (fields: Partial<Task>): Task => ({
  id: 'task',
  jobId: 'job',
  position: 1,
  state: 'SCHEDULED',
  attempt: 1,
  createdAt: now,
  queue: 'default',
  ...fields,
});
const runningOn = (nodeId: string, fields: Partial<Task> = {}) =>
  makeTask({ state: 'RUNNING', nodeId, startedAt: now, ...fields });

const tell = (task: Task, event: TaskEvent) => onTaskEvent({ job, tasks: new Map([[task.id, task]]) }, event, context);
const about = { jobId: 'job', taskId: 'task', attempt: 1 };
const redelivered = (fields: Partial<TaskRedelivered>): TaskRedelivered => ({
  ...about,
  type: 'redelivered',
  reason: 'lost',
  ...fields,
});

describe('a hand-out that came to nothing', () => {
  it('goes out again under the next attempt, with nothing left of the node that had it', () => {
    const task = runningOn('one', { progress: 50, redelivered: 1 });

    const { tasks, messages } = tell(task, redelivered({ nodeId: 'one' }));

    expect(tasks).toEqual([
      {
        id: 'task',
        state: 'SCHEDULED',
        attempt: 2,
        redelivered: 2,
        scheduledAt: now,
        nodeId: undefined,
        startedAt: undefined,
        progress: undefined,
      },
    ]);
    expect(messages.at(-1)).toMatchObject({ queue: 'default', body: { id: 'task', attempt: 2 } });
  });

  it('is taken from its node, which may be cut off and still at it', () => {
    const cancel = { queue: 'x-one', body: { type: 'cancel', taskId: 'task', attempt: 1 } };

    expect(tell(runningOn('one'), redelivered({ reason: 'vanished' })).messages).toContainEqual(cancel);
    expect(tell(makeTask({}), redelivered({ reason: 'vanished' })).messages).toHaveLength(1);
  });

  it.each(['lost', 'returned'] as const)('is not taken from its node when another one says %s', (reason) => {
    expect(tell(runningOn('one'), redelivered({ reason, nodeId: 'two' }))).toMatchObject({ outcome: 'stale' });
    expect(tell(runningOn('one'), redelivered({ reason, nodeId: 'one' }))).toMatchObject({ outcome: 'applied' });
    expect(tell(makeTask({}), redelivered({ reason, nodeId: 'two' }))).toMatchObject({ outcome: 'applied' });
  });

  it('is not missing when its start was reported meanwhile', () => {
    expect(tell(runningOn('one'), redelivered({ reason: 'missing' }))).toMatchObject({
      outcome: 'illegal',
      messages: [],
    });
    expect(tell(makeTask({}), redelivered({ reason: 'missing' }))).toMatchObject({ outcome: 'applied' });
  });

  it('fails the task beyond the limit, and stops the node that had it', () => {
    const { tasks, messages, steps } = tell(runningOn('one', { redelivered: 5 }), redelivered({ reason: 'vanished' }));

    expect(tasks).toMatchObject([{ state: 'FAILED', error: REDELIVERED_TOO_OFTEN }]);
    expect(messages).toMatchObject([{ queue: 'x-one' }]);
    expect(steps).toEqual([{ type: 'fail', error: REDELIVERED_TOO_OFTEN }]);
  });

  it('does not count when a worker gave it back', () => {
    const { tasks } = tell(makeTask({ redelivered: 5 }), redelivered({ reason: 'returned', nodeId: 'one' }));

    expect(tasks).toMatchObject([{ state: 'SCHEDULED', redelivered: 5 }]);
  });
});

describe('a task that waits for its retry', () => {
  const ask: TaskEvent = { type: 'pending', jobId: 'job', taskId: 'task' };

  it('is asked about again when the question came early', () => {
    const task = makeTask({ state: 'PENDING', attempt: 0, dueAt: seconds(0.001) });

    const transition = tell(task, ask);

    expect(transition).toMatchObject({ outcome: 'stale', tasks: [], steps: [] });
    expect(transition.messages).toEqual([{ queue: 'pending', body: ask, notBefore: task.dueAt }]);
  });

  it('is handed out once it is due', () => {
    expect(tell(makeTask({ state: 'PENDING', attempt: 0, dueAt: now }), ask).steps).toEqual([
      { type: 'schedule', taskId: 'task' },
    ]);
  });
});

describe('a hand-out', () => {
  it('carries what a worker needs and nothing of the state machine', () => {
    const task = makeTask({ state: 'PENDING', attempt: 0, run: 'true', if: 'true', retry: { limit: 1 }, dueAt: now });

    const { messages } = onTaskStep(
      { job, tasks: new Map([['task', task]]) },
      { type: 'schedule', taskId: 'task' },
      context,
    );

    expect(JSON.parse(JSON.stringify(messages[0]?.body))).toEqual({
      id: 'task',
      jobId: 'job',
      attempt: 1,
      position: 1,
      run: 'true',
      queue: 'default',
      scheduledAt: now.toISOString(),
    });
  });

  it('names the secrets that are in it, and no others', () => {
    const task = makeTask({ state: 'PENDING', attempt: 0, env: { A: 'Bearer given' }, pre: [{ run: 'echo written' }] });
    const secrets = { a: 'given', b: 'kept', c: '', d: 'e' };

    const { messages } = onTaskStep(
      {
        job: { ...job, secrets, context: { secrets: { ...secrets, f: 'written' } } },
        tasks: new Map([['task', task]]),
      },
      { type: 'schedule', taskId: 'task' },
      context,
    );

    expect(messages[0]?.body).toMatchObject({ hidden: ['given', 'written'] });
  });
});
