import { BrokerClosedError } from '@tork/broker';
import { MemoryBroker } from '@tork/broker/memory';
import type { Heartbeat, OutgoingMessage, RunnableTask } from '@tork/core';
import { isCoordinatorQueue, privateQueueOf } from '@tork/core';
import { silentLogger } from '@tork/observability';
import { RuntimeUnavailableError, TaskFailedError } from '@tork/runtime';
import { eventually } from '@tork/testing';
import { FunctionRuntime, untilAborted } from './testing/function.runtime';
import type { TaskFunction } from './testing/function.runtime';
import { LogLines } from './testing/log-lines';
import { makeConfig, makeTask } from './testing/make';
import { Worker } from './worker';
import type { WorkerOptions } from './worker';

jest.setTimeout(20_000); // nothing takes long, but the machine may be busy

/** A broker that keeps what was published and can be out of reach for publishers. */
class WatchedBroker extends MemoryBroker {
  readonly confirmed: OutgoingMessage[] = [];
  /** The queues of all messages that were to be published, confirmed or not. */
  readonly offered: string[] = [];
  private reachable = Promise.resolve();
  private reach = () => {};
  private lose = (_: Error) => {};

  override async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    this.offered.push(...messages.map(({ queue }) => queue));
    await this.reachable;
    await super.publish(messages);
    this.confirmed.push(...messages);
  }

  goAway(): void {
    this.reachable = new Promise((resolve, reject) => {
      this.reach = resolve;
      this.lose = reject;
    });
    this.reachable.catch(() => undefined); // nobody may be publishing
  }

  /** Another's connection is better than this worker's. */
  handOutAnyway(task: RunnableTask): Promise<void> {
    return super.publish([{ queue: 'default', body: task }]);
  }

  /** Gives up what waits for it to come back, as a broker does that is closed. */
  giveUp(): void {
    this.lose(new BrokerClosedError());
    this.reachable = Promise.resolve();
  }

  comeBack(): void {
    this.reachable = Promise.resolve();
    this.reach();
  }

  /** What coordinators were told about tasks, as queue and body. */
  reports(): [string, object][] {
    return this.confirmed
      .filter(({ queue }) => isCoordinatorQueue(queue) && queue !== 'heartbeat' && queue !== 'logs')
      .map(({ queue, body }) => [queue, body as object]);
  }

  heartbeats(): Heartbeat[] {
    return this.confirmed.filter(({ queue }) => queue === 'heartbeat').map(({ body }) => body as Heartbeat);
  }
}

const workers: Worker[] = [];
const brokers: WatchedBroker[] = [];
afterEach(async () => {
  for (const broker of brokers) broker.comeBack();
  for (const worker of workers.splice(0)) await worker.close(0);
  for (const broker of brokers.splice(0)) await broker.close();
});

interface Given extends Partial<Pick<WorkerOptions, 'middleware' | 'redact'>> {
  run?: TaskFunction;
  runtime?: FunctionRuntime;
  /** `worker.*` */
  config?: object;
  broker?: WatchedBroker;
}

async function start({ run, config, broker = new WatchedBroker(), ...given }: Given = {}) {
  brokers.push(broker);
  const runtime = given.runtime ?? new FunctionRuntime(run);
  const { lines, log, written } = new LogLines();
  const worker = new Worker({
    broker,
    runtime,
    log,
    version: '1.2.3',
    config: makeConfig(config),
    startPatienceMs: 0,
    ...given,
  });
  workers.push(worker);
  await worker.start();
  const handOut = async (fields: Partial<RunnableTask> = {}, queue = 'default') => {
    const task = makeTask(fields);
    await broker.publish([{ queue, body: task }]);
    return task;
  };
  const cancel = (task: RunnableTask, attempt?: number) =>
    broker.publish([{ queue: privateQueueOf(worker.id), body: { type: 'cancel', taskId: task.id, attempt } }]);
  const reported = (expected: [string, object][]) => eventually(() => expect(broker.reports()).toMatchObject(expected));
  return { broker, runtime, worker, lines, written, handOut, cancel, reported };
}

const idOf = ({ id, jobId, attempt }: RunnableTask) => ({ taskId: id, jobId, attempt });
/** A message that the broker has handed out before. */
async function redelivered(broker: WatchedBroker, task: RunnableTask): Promise<void> {
  await broker.publish([{ queue: 'default', body: task }]);
  const failed = new Promise<void>((resolve) => {
    void broker
      .consume('default', () => (resolve(), Promise.reject(new Error('the worker died'))), { concurrency: 1 })
      .then(async (subscription) => {
        await failed;
        await subscription.close();
      });
  });
  await eventually(async () => expect(await broker.queue('default')).toMatchObject({ size: 1, subscribers: 0 }));
}

describe('a task', () => {
  it('is started and completed', async () => {
    const { handOut, reported, worker, runtime } = await start({ run: () => ({ result: 'out' }) });

    const task = await handOut({ run: 'echo' });

    const report = { ...idOf(task), nodeId: worker.id };
    await reported([
      ['started', { type: 'started', ...report }],
      ['completed', { type: 'completed', ...report, result: 'out' }],
    ]);
    expect(runtime.started).toEqual([task]);
  });

  it('fails with the text of its error', async () => {
    const { handOut, reported } = await start({ run: () => Promise.reject(new TaskFailedError('exit code 1')) });

    const task = await handOut();

    await reported([
      ['started', idOf(task)],
      ['error', { type: 'failed', ...idOf(task), error: 'exit code 1' }],
    ]);
  });

  it('may end when neither its start nor its outcome can be reported', async () => {
    const { broker, reported } = await start();
    broker.goAway();
    const task = makeTask();
    await broker.handOutAnyway(task);
    await eventually(() => expect(broker.offered).toEqual(expect.arrayContaining(['started', 'completed'])));

    broker.giveUp();

    // A rejection that nobody hears fails this test, as it would end the process of a worker.
    await reported([['redeliveries', { ...idOf(task), reason: 'vanished' }]]);
  });

  it('leaves its queue only when its outcome is confirmed', async () => {
    const { broker, handOut } = await start({ run: () => broker.goAway() });

    await handOut();

    await eventually(async () => expect(await broker.queue('default')).toMatchObject({ unacked: 1 }));
    expect(broker.reports()).toEqual([]);
    broker.comeBack();
    await eventually(async () => expect(await broker.queue('default')).toMatchObject({ size: 0, unacked: 0 }));
    expect(broker.reports()).toHaveLength(2);
  });

  it('has its output at the broker before its end', async () => {
    const { broker, handOut, reported } = await start({
      run: (_task, io) => {
        io.output(Buffer.from('hello\n'));
      },
    });

    const task = await handOut();

    await reported([
      ['started', {}],
      ['completed', {}],
    ]);
    const queues = broker.confirmed.map(({ queue }) => queue).filter((queue) => queue !== 'heartbeat');
    expect(queues).toEqual(['default', 'started', 'logs', 'completed']);
    const part = broker.confirmed.find(({ queue }) => queue === 'logs')?.body;
    expect(part).toMatchObject({ taskId: task.id, attempt: 1, sequence: 1, contents: 'hello\n' });
  });

  it('shows its progress', async () => {
    let finish = () => {};
    const { handOut, reported, worker } = await start({
      run: (_task, io) => {
        io.progress(40);
        return new Promise((resolve) => (finish = () => resolve()));
      },
    });

    const task = await handOut();

    await reported([
      ['started', {}],
      ['progress', { type: 'progress', ...idOf(task), nodeId: worker.id, progress: 40 }],
    ]);
    finish();
  });

  it('runs beside others, up to the slots of its queue', async () => {
    const { runtime, handOut, worker } = await start({ run: untilAborted, config: { queues: { default: 2, gpu: 1 } } });

    for (let i = 0; i < 5; i++) await handOut();
    await handOut({ queue: 'gpu' }, 'gpu');

    await eventually(() => expect(runtime.started.filter(({ queue }) => queue !== 'gpu')).toHaveLength(2));
    await eventually(() => expect(runtime.started.filter(({ queue }) => queue === 'gpu')).toHaveLength(1));
    await worker.close(0);
    expect(runtime.started).toHaveLength(3);
  });

  it('goes through the task chain', async () => {
    const { handOut, reported, runtime } = await start({
      middleware: [
        ({ task }, next) => {
          task.env = { ...task.env, TOKEN: 'x' };
          return next();
        },
      ],
    });

    await handOut({ env: { A: '1' } });

    await reported([
      ['started', {}],
      ['completed', {}],
    ]);
    expect(runtime.started[0]?.env).toEqual({ A: '1', TOKEN: 'x' });
  });
});

describe('a secret of a task', () => {
  const SECRET = 'hidden-value';
  const leaking: TaskFunction = async (_task, io) => {
    for (const piece of ['say hidd', 'en-v', 'alue and hidden-\n']) io.output(Buffer.from(piece));
    throw new TaskFailedError(`exit code 1: say ${SECRET}`);
  };
  const leak = { env: { A: SECRET }, hidden: [SECRET] };

  it('does not leave the worker in output or errors', async () => {
    const { broker, handOut, reported, runtime } = await start({ run: leaking });

    await handOut(leak);

    await reported([
      ['started', {}],
      ['error', { error: 'exit code 1: say [REDACTED]' }],
    ]);
    const parts = broker.confirmed.filter(({ queue }) => queue === 'logs').map(({ body }) => body);
    expect(parts).toMatchObject([{ contents: 'say [REDACTED] and hidden-\n' }]);
    expect(runtime.started).toMatchObject([leak]);
  });

  it('leaves it in the result, which other tasks are given', async () => {
    const { handOut, reported } = await start({ run: () => ({ result: SECRET }) });

    await handOut(leak);

    await reported([
      ['started', {}],
      ['completed', { result: SECRET }],
    ]);
  });

  it('is not written into the log of the process', async () => {
    const broken = new RuntimeUnavailableError(`no daemon at ${SECRET}`);
    const { handOut, lines, written } = await start({ run: () => Promise.reject(broken) });

    await handOut(leak);

    await eventually(() => expect(lines).toContain('warn a task was handed back'));
    expect(written.join('')).toContain('no daemon at [REDACTED]');
    expect(written.join('')).not.toContain(SECRET);
  });

  it('is not shown to middleware as such', async () => {
    const seen: object[] = [];
    const { handOut, reported } = await start({ middleware: [({ task }, next) => (seen.push({ ...task }), next())] });

    await handOut(leak);

    await reported([
      ['started', {}],
      ['completed', {}],
    ]);
    expect(seen).toEqual([expect.not.objectContaining({ hidden: expect.anything() })]);
  });

  it('is shown where redaction is off', async () => {
    const { broker, handOut, reported } = await start({ run: leaking, redact: false });

    await handOut(leak);

    await reported([
      ['started', {}],
      ['error', { error: `exit code 1: say ${SECRET}` }],
    ]);
    expect(broker.confirmed.find(({ queue }) => queue === 'logs')?.body).toMatchObject({
      contents: `say ${SECRET} and hidden-\n`,
    });
  });
});

describe('a hand-out', () => {
  it('that the broker took back from a dead worker is not run, but reported', async () => {
    const broker = new WatchedBroker();
    const task = makeTask();
    await redelivered(broker, task);

    const { reported, runtime } = await start({ broker });

    await reported([['redeliveries', { type: 'redelivered', ...idOf(task), reason: 'vanished' }]]);
    await eventually(async () => expect(await broker.queue('default')).toMatchObject({ unacked: 0 }));
    expect(broker.reports()[0]?.[1]).not.toHaveProperty('nodeId'); // it was another one's
    expect(runtime.started).toEqual([]);
  });

  it('that comes twice runs once', async () => {
    const { broker, handOut, reported, runtime, worker } = await start({
      run: untilAborted,
      config: { queues: { default: 2 } },
    });
    const task = await handOut();
    await handOut(task);

    await eventually(async () => expect(await broker.queue('default')).toMatchObject({ size: 0, unacked: 1 }));
    expect(runtime.started).toHaveLength(1);
    await worker.close(0);
    await reported([
      ['started', idOf(task)],
      ['redeliveries', { reason: 'returned' }],
    ]);
  });

  it('ends an older attempt of the same task', async () => {
    const { handOut, reported } = await start({
      run: (task, ...rest) => (task.attempt === 1 ? untilAborted(task, ...rest) : {}),
      config: { queues: { default: 2 } },
    });
    const task = await handOut();
    await reported([['started', { attempt: 1 }]]);
    await handOut({ ...task, attempt: 2 });

    await reported([
      ['started', { attempt: 1 }],
      ['started', { attempt: 2 }],
      ['error', { attempt: 1, error: 'context canceled' }],
      ['completed', { attempt: 2 }],
    ]);
  });

  it.each([[{ id: 5 }], ['text'], [null], [{ id: 'a', jobId: 'b' }]])('that is none is put aside: %j', async (body) => {
    const { broker, lines } = await start();

    await broker.publish([{ queue: 'default', body }]);

    await eventually(async () => expect(await broker.queue('x-dead-letters')).toMatchObject({ size: 1 }));
    await eventually(async () => expect(await broker.queue('default')).toMatchObject({ size: 0, unacked: 0 }));
    expect(lines).toContain('error a message that is no task was put into x-dead-letters');
  });
});

describe('a cancel command', () => {
  it.each([
    ['names the attempt', 1],
    ['names none', undefined],
  ])('ends the task when it %s', async (_what, attempt) => {
    const { cancel, handOut, reported } = await start({ run: untilAborted });
    const task = await handOut();
    await reported([['started', {}]]);

    await cancel(task, attempt);

    await reported([
      ['started', {}],
      ['error', { ...idOf(task), error: 'context canceled' }],
    ]);
  });

  it('for another attempt or another task changes nothing', async () => {
    const { broker, cancel, handOut, reported, worker } = await start({ run: untilAborted });
    const task = await handOut();
    await reported([['started', {}]]);

    await cancel(task, 2);
    await cancel(makeTask());
    await broker.publish([{ queue: privateQueueOf(worker.id), body: 'nonsense' }]);

    await eventually(async () =>
      expect(await broker.queue(privateQueueOf(worker.id))).toMatchObject({ size: 0, unacked: 0 }),
    );
    expect(broker.reports()).toHaveLength(1);
  });

  it('frees the slot although the run does not end', async () => {
    const { cancel, handOut, reported, lines } = await start({
      run: ({ name }) => (name === 'stubborn' ? new Promise(() => undefined) : {}),
      config: { abort: { grace: '10ms' } },
    });
    const task = await handOut({ name: 'stubborn' });
    await reported([['started', {}]]);
    await cancel(task);
    await handOut({ name: 'next' });

    await reported([
      ['started', idOf(task)],
      ['error', { ...idOf(task), error: 'context canceled' }],
      ['started', {}],
      ['completed', {}],
    ]);
    expect(lines).toContain('error a task did not end after it was aborted; its slot is given free');
  });
});

describe('a long task', () => {
  it('gives up its delivery, but not its slot', async () => {
    let finish = () => {};
    const { broker, handOut, runtime, reported } = await start({
      run: () => new Promise((resolve) => (finish = () => resolve({ result: 'late' }))),
      config: { release: { after: '20ms' } },
    });
    await handOut();
    await eventually(async () => expect(await broker.queue('default')).toMatchObject({ size: 0, unacked: 0 }));

    await handOut();
    expect(await broker.queue('default')).toMatchObject({ size: 1 });
    expect(runtime.started).toHaveLength(1);
    finish();

    await eventually(() => expect(runtime.started).toHaveLength(2));
    await reported([
      ['started', {}],
      ['completed', { result: 'late' }],
      ['started', {}],
    ]);
    finish();
  });

  it('keeps its delivery until its start is confirmed', async () => {
    const { broker, handOut, runtime } = await start({ run: untilAborted, config: { release: { after: '1ms' } } });
    await handOut();
    broker.goAway();
    await eventually(() => expect(runtime.started).toHaveLength(1));
    setTimeout(() => broker.comeBack(), 30);

    await eventually(async () => expect(await broker.queue('default')).toMatchObject({ unacked: 0 }));
    expect(broker.reports()).toMatchObject([['started', {}]]);
  });
});

describe('a worker that cannot renew its lease', () => {
  const config = { heartbeat: { interval: '20ms' }, lease: '800ms' };

  it('drops what it holds, says so when it can, and works on', async () => {
    const { broker, handOut, reported, lines } = await start({
      run: ({ name }, ...rest) => (name === 'long' ? untilAborted({} as RunnableTask, ...rest) : { result: 'fresh' }),
      config,
    });
    const task = await handOut({ name: 'long' });
    await reported([['started', {}]]);
    broker.goAway();
    await eventually(() => expect(lines).toContain('warn no heartbeat was confirmed in time: dropping what runs here'));
    broker.comeBack();

    await handOut();

    await reported([
      ['started', idOf(task)],
      ['redeliveries', { type: 'redelivered', ...idOf(task), reason: 'lost' }],
      ['started', {}],
      ['completed', { result: 'fresh' }],
    ]);
  });

  it('does not report what ended after the lease did', async () => {
    let finish = () => {};
    const { broker, handOut, reported, lines } = await start({
      run: () => new Promise((resolve) => (finish = () => resolve({ result: 'too late' }))),
      config,
    });
    const task = await handOut();
    await reported([['started', {}]]);
    broker.goAway();
    await eventually(() => expect(lines.join()).toContain('no heartbeat was confirmed in time'));
    finish();
    broker.comeBack();

    await reported([
      ['started', idOf(task)],
      ['redeliveries', { ...idOf(task), reason: 'lost' }],
    ]);
  });

  it('does not drop what was only waiting to be confirmed', async () => {
    const { broker, handOut, lines, reported } = await start({ run: () => broker.goAway(), config });
    await handOut();
    await eventually(() => expect(lines.join()).toContain('no heartbeat was confirmed in time'));

    broker.comeBack();

    await reported([
      ['started', {}],
      ['completed', {}],
    ]);
  });

  it('starts nothing before it has its lease again', async () => {
    const { broker, lines, runtime, reported } = await start({ config });
    const task = makeTask();
    broker.goAway();
    await eventually(() => expect(lines.join()).toContain('no heartbeat was confirmed in time'));
    await MemoryBroker.prototype.publish.call(broker, [{ queue: 'default', body: task }]);
    await eventually(async () => expect(await broker.queue('default')).toMatchObject({ unacked: 1 }));
    expect(runtime.started).toEqual([]);

    broker.comeBack();

    await reported([
      ['started', idOf(task)],
      ['completed', idOf(task)],
    ]);
  });
});

describe('a hand-out that this worker has no key for', () => {
  it('is given back, and its slot takes no other', async () => {
    const { broker, handOut, lines, reported, runtime, worker } = await start({ config: { queues: { default: 2 } } });
    const sealed = { sealed: 'enc:abc' } as object;
    const [first, second] = [await handOut(sealed), await handOut(sealed)];

    await reported([
      ['redeliveries', { ...idOf(first), reason: 'returned', nodeId: worker.id }],
      ['redeliveries', { ...idOf(second), reason: 'returned', nodeId: worker.id }],
    ]);
    await handOut(sealed);
    await new Promise(setImmediate);

    expect(await broker.queue('default')).toMatchObject({ size: 1, unacked: 0 });
    expect(runtime.started).toEqual([]);
    expect(lines.filter((line) => line.includes('datastore.encryption.key'))).toHaveLength(1);
    expect(await fetch(`http://127.0.0.1:${worker.healthPort}/health`)).toMatchObject({ status: 503 });
  });
});

describe('a runtime that fails', () => {
  it('costs no task more than one try, and no other task any', async () => {
    let broken = true;
    const runtime = new FunctionRuntime(() => (broken ? Promise.reject(new RuntimeUnavailableError('no daemon')) : {}));
    runtime.health = async () => {
      if (broken) throw new Error('no daemon');
    };
    const { broker, handOut, reported } = await start({ runtime, config: { queues: { default: 2 } } });
    const first = await handOut();
    await reported([
      ['started', {}],
      ['redeliveries', { ...idOf(first), reason: 'lost' }],
    ]);
    const second = await handOut();
    await reported([
      ['started', {}],
      ['redeliveries', { ...idOf(first), reason: 'lost' }],
      ['redeliveries', { ...idOf(second), reason: 'returned' }],
    ]);

    const third = await handOut();
    await new Promise(setImmediate);
    expect(await broker.queue('default')).toMatchObject({ size: 1, unacked: 0 });
    broken = false;

    await eventually(() => expect(broker.reports().at(-1)).toMatchObject(['completed', idOf(third)]));
  });
});

describe('the node', () => {
  it('describes itself, and what it holds', async () => {
    const { broker, handOut, worker } = await start({
      run: untilAborted,
      config: { name: 'builder', heartbeat: { interval: '10ms' } },
    });
    expect(broker.heartbeats()).toMatchObject([{ taskCount: 0, held: [] }]);

    const task = await handOut({ attempt: 3 });

    await eventually(() => expect(broker.heartbeats().at(-1)?.taskCount).toBe(1));
    expect(broker.heartbeats().at(-1)).toEqual({
      id: worker.id,
      name: 'builder',
      startedAt: expect.any(Date),
      lastHeartbeatAt: expect.any(Date),
      cpuPercent: expect.any(Number),
      queue: `x-${worker.id}`,
      status: 'UP',
      hostname: expect.any(String),
      port: worker.healthPort,
      taskCount: 1,
      version: '1.2.3',
      held: [idOf(task)],
    });
    expect(worker.id).toMatch(/^[2-9A-HJ-NP-Za-km-z]{22}$/);
  });

  it('answers GET /health', async () => {
    const { broker, worker } = await start();
    const ask = async () => (await fetch(`http://127.0.0.1:${worker.healthPort}/health`)).json();
    expect(await ask()).toEqual({ status: 'UP', version: '1.2.3' });

    await broker.close();

    expect(await ask()).toEqual({ status: 'DOWN', version: '1.2.3' });
  });

  it('serves task queues only', async () => {
    const { broker, lines } = await start({ config: { queues: { default: 1, jobs: 3, 'x-other': 1, none: 0 } } });

    expect((await broker.queues()).filter(({ subscribers }) => subscribers > 0).map(({ name }) => name)).toEqual([
      'default',
      expect.stringMatching(/^x-/),
    ]);
    const ignored = 'warn worker.queues names a queue that carries no tasks; it is ignored';
    expect(lines.filter((line) => line === ignored)).toHaveLength(2);
  });
});

describe('close', () => {
  it('waits for what is running and takes nothing more', async () => {
    let finish = () => {};
    const { broker, handOut, runtime, worker } = await start({
      run: () => new Promise((resolve) => (finish = () => resolve({}))),
    });
    const running = await handOut();
    await eventually(() => expect(runtime.started).toHaveLength(1));

    const closed = worker.close();
    await handOut();
    finish();
    await closed;

    expect(broker.reports()).toMatchObject([
      ['started', idOf(running)],
      ['completed', idOf(running)],
    ]);
    expect(await broker.queue('default')).toMatchObject({ size: 1, unacked: 0, subscribers: 0 });
  });

  it('hands back what does not end in time', async () => {
    const { broker, handOut, worker, runtime } = await start({ run: untilAborted });
    const task = await handOut();
    await eventually(() => expect(runtime.started).toHaveLength(1));

    await worker.close(10);

    expect(broker.reports()).toMatchObject([
      ['started', idOf(task)],
      ['redeliveries', { type: 'redelivered', ...idOf(task), reason: 'returned', nodeId: worker.id }],
    ]);
    expect(await broker.queue('default')).toMatchObject({ size: 0, unacked: 0 });
  });

  it('says that the node is gone, and ends everything of it', async () => {
    const { broker, worker, runtime } = await start();
    const { healthPort } = worker;

    await Promise.all([worker.close(), worker.close()]);

    expect(broker.heartbeats().at(-1)).toMatchObject({ status: 'DOWN', held: [] });
    expect(await broker.queue(privateQueueOf(worker.id))).toBeUndefined();
    await expect(fetch(`http://127.0.0.1:${healthPort}/health`)).rejects.toThrow();
    await expect(runtime.run(makeTask(), { output() {}, progress() {} }, new AbortController().signal)).rejects.toThrow(
      'the runtime is closed',
    );
  });

  it('undoes a start that failed', async () => {
    const broker = new WatchedBroker();
    const runtime = new FunctionRuntime();
    runtime.start = () => Promise.reject(new RuntimeUnavailableError('no daemon'));
    const config = makeConfig();
    const worker = new Worker({ broker, runtime, log: silentLogger(), version: '1', config });
    await expect(worker.start()).rejects.toThrow('no daemon');

    await worker.close();

    await expect(fetch(`http://127.0.0.1:${worker.healthPort}/health`)).rejects.toThrow();
    expect(await broker.queues()).toEqual([]);
    await broker.close();
  });

  it('overtakes a start that is under way', async () => {
    const broker = new WatchedBroker();
    const worker = new Worker({
      broker,
      runtime: new FunctionRuntime(),
      log: silentLogger(),
      version: '1',
      config: makeConfig(),
    });
    const started = worker.start();

    await Promise.all([worker.close(), expect(started).rejects.toThrow('the worker is shutting down')]);

    expect((await broker.queues()).filter(({ subscribers }) => subscribers > 0)).toEqual([]);
    await broker.close();
  });
});
