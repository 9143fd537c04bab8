import type { RunnableTask } from '@tork/core';
import type { Middleware, TaskContext } from '@tork/middleware';
import { RuntimeUnavailableError, TaskFailedError } from '@tork/runtime';
import { LeaseLostError, TaskCancelledError, WorkerStoppingError } from './abort-reasons';
import { executeTask } from './execute-task';
import type { ExecutionEnvironment } from './execute-task';
import { MAX_TEXT_CHARS } from './outcome';
import { FunctionRuntime, untilAborted } from './testing/function.runtime';
import type { TaskFunction } from './testing/function.runtime';
import { makeTask } from './testing/make';

const silent = { output: () => undefined, progress: () => undefined };

/** Runs a task that does `run` behind the given links; `abort` is called once it runs. */
async function execute(
  run: TaskFunction,
  options: Partial<ExecutionEnvironment> & { task?: Partial<RunnableTask>; abort?: Error } = {},
) {
  const { task = {}, abort, ...env } = options;
  const runtime = new FunctionRuntime((...args) => {
    if (abort) setImmediate(() => control.abort(abort));
    return run(...args);
  });
  await runtime.start();
  const controller = new AbortController();
  const control = { signal: controller.signal, abort: (reason: Error) => controller.abort(reason) };
  const handOut = makeTask(task);
  const outcome = await executeTask(handOut, silent, control, {
    nodeId: 'node',
    runtime,
    middleware: [],
    defaults: {},
    ...env,
  });
  return { outcome, handOut, ran: runtime.started };
}

const passing: Middleware<TaskContext> = (_, next) => next();
/** What holds without any link must hold behind one. */
const bothWays = [
  ['without middleware', []],
  ['behind a middleware', [passing]],
] as const;

describe.each(bothWays)('a run %s', (_, middleware) => {
  it('completes with the result', async () => {
    const { outcome } = await execute(() => ({ result: 'done\n' }), { middleware });

    expect(outcome).toEqual({ type: 'completed', result: 'done\n' });
  });

  it('completes without a result', async () => {
    expect((await execute(() => ({}), { middleware })).outcome).toEqual({ type: 'completed' });
    expect((await execute(() => ({ result: '' }), { middleware })).outcome).toEqual({ type: 'completed' });
  });

  it.each([
    ['a failed task', new TaskFailedError('exit code 1: boom'), 'exit code 1: boom'],
    ['any other error', new TypeError('x is not a function'), 'x is not a function'],
    ['something that is no error', 'just text', 'just text'],
    ['an error without a text', new RangeError(), 'RangeError'],
  ])('fails with the text of %s', async (_what, error, text) => {
    const { outcome } = await execute(() => Promise.reject(error as Error), { middleware });

    expect(outcome).toEqual({ type: 'failed', error: text });
  });

  it('is handed back when the runtime is to blame', async () => {
    const cause = new RuntimeUnavailableError('no space left on device');

    const { outcome } = await execute(() => Promise.reject(cause), { middleware });

    expect(outcome).toEqual({ type: 'redelivered', reason: 'lost', cause });
  });

  it('ends with its timeout', async () => {
    const { outcome } = await execute(untilAborted, { middleware, task: { timeout: '5ms' } });

    expect(outcome).toEqual({ type: 'failed', error: 'context deadline exceeded' });
  });

  it('says that its time was up, however the runtime words it', async () => {
    const killed: TaskFunction = (...args) =>
      Promise.resolve(untilAborted(...args)).catch(() => Promise.reject(new TaskFailedError('exit code 137')));

    const { outcome } = await execute(killed, { middleware, task: { timeout: '5ms' } });

    expect(outcome).toEqual({ type: 'failed', error: 'context deadline exceeded' });
  });

  it.each(['0', '0s', '-1s'])('has no time at all with a timeout of %s', async (timeout) => {
    const { outcome, ran } = await execute(() => ({ result: 'never' }), { middleware, task: { timeout } });

    expect(outcome).toEqual({ type: 'failed', error: 'context deadline exceeded' });
    expect(ran).toEqual([]);
  });

  it('fails when its timeout cannot be read', async () => {
    const { outcome } = await execute(() => ({}), { middleware, task: { timeout: '1d' } });

    expect(outcome).toEqual({
      type: 'failed',
      error: 'invalid timeout duration: 1d: time: unknown unit "d" in duration "1d"',
    });
  });

  it('takes the worker defaults where the task says nothing', async () => {
    const defaults = { cpus: '2', memory: '1g', timeout: '5m' };

    const { ran } = await execute(() => ({}), { middleware, defaults, task: { limits: { cpus: '.5' }, timeout: '' } });

    expect(ran[0]).toMatchObject({ limits: { cpus: '.5', memory: '1g' }, timeout: '5m' });
  });

  it('has no limits where nobody sets any', async () => {
    const { ran } = await execute(() => ({}), { middleware, defaults: { cpus: '', memory: '', timeout: '' } });

    expect(ran[0]).not.toHaveProperty('limits');
    expect(ran[0]).not.toHaveProperty('timeout');
  });

  it.each([
    ['cancelled', new TaskCancelledError(), { type: 'failed', error: 'context canceled' }],
    ['stopped with the worker', new WorkerStoppingError(), { type: 'redelivered', reason: 'returned' }],
    ['dropped with the lease', new LeaseLostError(), { type: 'redelivered', reason: 'lost' }],
  ])('can be %s', async (_what, abort, expected) => {
    expect((await execute(untilAborted, { middleware, abort })).outcome).toMatchObject(expected);
  });

  it('is complete when it ended just before it was aborted', async () => {
    const unmoved: TaskFunction = (_task, _io, signal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve({ result: 'all the same' })));

    const { outcome } = await execute(unmoved, { middleware, abort: new WorkerStoppingError() });

    expect(outcome).toEqual({ type: 'completed', result: 'all the same' });
  });

  it('fails with a result that no broker would carry', async () => {
    const { outcome } = await execute(() => ({ result: 'x'.repeat(MAX_TEXT_CHARS + 1) }), { middleware });

    expect(outcome).toEqual({
      type: 'failed',
      error: 'the result has 16777217 characters, more than the 16777216 that are allowed',
    });
  });
});

describe('the task chain', () => {
  it('sees the task RUNNING on this node', async () => {
    const seen: TaskContext[] = [];
    const watching: Middleware<TaskContext> = (context, next) => {
      seen.push({ ...context, task: { ...context.task } });
      return next();
    };

    const { handOut } = await execute(() => ({}), { middleware: [watching], task: { name: 'build' } });

    expect(seen).toEqual([
      {
        event: 'STATE_CHANGE',
        task: {
          ...handOut,
          state: 'RUNNING',
          nodeId: 'node',
          createdAt: new Date(handOut.scheduledAt),
          scheduledAt: new Date(handOut.scheduledAt),
          startedAt: expect.any(Date),
        },
      },
    ]);
  });

  it('changes what the runtime gets, and nothing else', async () => {
    const changing: Middleware<TaskContext> = ({ task }, next) => {
      task.env!.TOKEN = 'secret';
      task.id = 'another';
      return next();
    };
    const env = { A: '1' };

    const { handOut, ran } = await execute(() => ({}), { middleware: [changing], task: { env } });

    expect(ran[0]).toMatchObject({
      id: handOut.id,
      env: { A: '1', TOKEN: 'secret' },
      scheduledAt: handOut.scheduledAt,
    });
    expect(handOut.env).toEqual({ A: '1' });
  });

  it('sees what became of the task behind next', async () => {
    const states: unknown[] = [];
    const after: Middleware<TaskContext> = async ({ task }, next) => {
      await next();
      states.push([task.state, task.result ?? task.error]);
    };

    await execute(() => ({ result: 'r' }), { middleware: [after] });
    await execute(() => Promise.reject(new TaskFailedError('e')), { middleware: [after] });

    expect(states).toEqual([
      ['COMPLETED', 'r'],
      ['FAILED', 'e'],
    ]);
  });

  it('can replace the run with a result', async () => {
    const cached: Middleware<TaskContext> = ({ task }) =>
      void Object.assign(task, { state: 'COMPLETED', result: 'hit' });

    const { outcome, ran } = await execute(() => ({}), { middleware: [cached] });

    expect(outcome).toEqual({ type: 'completed', result: 'hit' });
    expect(ran).toEqual([]);
  });

  it('can replace the run with a failure', async () => {
    const refusing: Middleware<TaskContext> = ({ task }) => void Object.assign(task, { state: 'FAILED', error: 'no' });

    expect((await execute(() => ({}), { middleware: [refusing] })).outcome).toEqual({ type: 'failed', error: 'no' });
  });

  it('fails the task when it neither calls next nor decides', async () => {
    const { outcome, handOut } = await execute(() => ({}), { middleware: [() => undefined] });

    expect(outcome).toEqual({ type: 'failed', error: `unexpected state RUNNING for task ${handOut.id}` });
  });

  it('fails the task with what a link throws', async () => {
    const throwing: Middleware<TaskContext> = () => Promise.reject(new Error('quota exceeded'));

    const { outcome, ran } = await execute(() => ({}), { middleware: [throwing] });

    expect(outcome).toEqual({ type: 'failed', error: 'quota exceeded' });
    expect(ran).toEqual([]);
  });

  it('can turn a failure of the task into a success', async () => {
    const forgiving: Middleware<TaskContext> = async ({ task }, next) => {
      await next();
      if (task.state === 'FAILED') Object.assign(task, { state: 'COMPLETED', result: 'forgiven' });
    };

    const { outcome } = await execute(() => Promise.reject(new TaskFailedError('e')), { middleware: [forgiving] });

    expect(outcome).toEqual({ type: 'completed', result: 'forgiven' });
  });

  it.each([
    [
      'a failure of the runtime',
      { error: new RuntimeUnavailableError('gone') },
      { type: 'redelivered', reason: 'lost' },
    ],
    ['the end of the worker', { abort: new WorkerStoppingError() }, { type: 'redelivered', reason: 'returned' }],
    ['a cancellation', { abort: new TaskCancelledError() }, { type: 'failed', error: 'context canceled' }],
  ])('cannot make an outcome of %s', async (_what, { error, abort }: { error?: Error; abort?: Error }, expected) => {
    const caught: unknown[] = [];
    const swallowing: Middleware<TaskContext> = async ({ task }, next) => {
      await next().catch((reason: unknown) => void caught.push(reason));
      Object.assign(task, { state: 'COMPLETED', result: 'as if' });
    };
    const run: TaskFunction = error ? () => Promise.reject(error) : untilAborted;

    const { outcome } = await execute(run, { middleware: [swallowing], abort });

    expect(outcome).toMatchObject(expected);
    expect(caught).toEqual([error ?? abort]);
  });
});
