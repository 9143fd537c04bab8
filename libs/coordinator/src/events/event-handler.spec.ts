import type { Job, JobCommand, Task, TaskDocument, TaskEvent } from '@tork/core';
import { makeJob, makeTask } from '@tork/datastore/testing';
import type { JobContext, Middleware, TaskContext } from '@tork/middleware';
import { createLogger } from '@tork/observability';
import { noExpressions } from '../coordinator-under-test.fixtures';
import { EventHandler } from './event-handler';
import type { CoordinatorEvent } from './event-handler';
import { WebhookRecorder } from '../webhooks/recorder';
import { JobViews } from './job-views';

interface Links {
  job?: Middleware<JobContext>;
  task?: Middleware<TaskContext>;
}

/** A job of which nothing is stored, with its tasks, and what handling events makes of it. */
function makeWorld(job: Job, tasks: Task[] = [], links: Links = {}) {
  const views = new JobViews([structuredClone(job)]);
  const view = views.of(job.id)!;
  views.add(tasks.map((task) => structuredClone(task)));
  let ids = 0;
  const context = {
    now: new Date(),
    newId: () => `new${++ids}`,
    expressions: noExpressions(),
    maxRedeliveries: 5,
  };
  const chains = { job: links.job ? [links.job] : [], task: links.task ? [links.task] : [], limitMs: 50 };
  const lines: string[] = [];
  const log = createLogger({ format: 'json', destination: { write: (line) => void lines.push(line) } });
  const webhooks = new WebhookRecorder({ ...context, maxBodyBytes: 10_000 }, log);
  const handler = new EventHandler(views, context, chains, async () => undefined, webhooks, log);
  return {
    job: view.job,
    tasks: () => [...view.tasks.values()],
    messages: () => views.changes().outbox ?? [],
    events: views.events,
    logged: () => lines.join(''),
    /** What webhooks are told: the event, and the state in the body. */
    told: () => webhooks.deliveries.map(({ body, event }) => `${event} ${(JSON.parse(body) as Job).state}`),
    bodies: () => webhooks.deliveries.map(({ body }) => JSON.parse(body) as Record<string, unknown>),
    handle: (event: CoordinatorEvent) => handler.handle(view, event),
  };
}

const documents = (...names: string[]): TaskDocument[] => names.map((name) => ({ name }));
const running = (fields: Partial<Job> = {}): Job =>
  makeJob({ state: 'RUNNING', position: 1, tasks: documents('a'), ...fields });
const heldTask = (job: Job, fields: Partial<Task> = {}) =>
  makeTask(job, { state: 'RUNNING', nodeId: 'node', startedAt: new Date(), ...fields });
const about = ({ id, jobId }: Task) => ({ taskId: id, jobId, attempt: 1, nodeId: 'node' });
const completed = (task: Task, result?: string): TaskEvent => ({ ...about(task), type: 'completed', result });
const command = (type: JobCommand['type'], { id }: Job): JobCommand => ({ type, jobId: id });

/** Notes what each chain is called for, before and after the change. */
function watching(): { seen: string[]; links: Links } {
  const seen: string[] = [];
  return {
    seen,
    links: {
      job: async ({ event, job }, next) => {
        const before = job.state;
        await next();
        seen.push(`job ${event} ${before}, then ${job.state}`);
      },
      task: async ({ event, task }, next) => {
        const before = task.state;
        seen.push(`task ${event} ${before}`);
        await next();
        seen.push(`then ${task.state}`);
      },
    },
  };
}

describe('the job chain', () => {
  it('sees a start as PENDING, a restart as RESTART and a cancel as CANCELLED', async () => {
    const { seen, links } = watching();
    const job = makeJob({ tasks: documents('a'), taskCount: 1 });
    const world = makeWorld(job, [], { job: links.job });

    await world.handle(command('start', job));
    await world.handle(command('cancel', job));
    await world.handle(command('restart', job));

    expect(seen).toEqual([
      'job STATE_CHANGE PENDING, then PENDING',
      'job STATE_CHANGE CANCELLED, then CANCELLED',
      'job STATE_CHANGE RESTART, then RESTART',
    ]);
    expect(world.job.state).toBe('RUNNING');
  });

  it('is not called for a command that changes nothing', async () => {
    const { seen, links } = watching();
    const job = running();
    const world = makeWorld(job, [], links);

    await world.handle(command('start', job));
    await world.handle(command('restart', job));

    expect(seen).toEqual([]);
  });

  it('keeps the change from happening where a link does not go on', async () => {
    const job = makeJob();
    const world = makeWorld(job, [], { job: async () => undefined });

    await world.handle(command('start', job));

    expect(world.job).toEqual(job);
    expect(world.tasks()).toEqual([]);
  });

  it('keeps the end of a job from happening, not the end of its task', async () => {
    const job = running();
    const task = heldTask(job);
    const world = makeWorld(job, [task], {
      job: async ({ job: { state } }, next) => (state === 'COMPLETED' ? undefined : next()),
    });

    await world.handle(completed(task));

    expect(world.tasks()).toMatchObject([{ state: 'COMPLETED' }]);
    expect(world.job.state).toBe('RUNNING');
    expect(world.events).toEqual([]);
  });

  it('fails a job whose start, or whose task, has a link that throws', async () => {
    const refuse = async () => {
      throw new Error('not today');
    };
    const pending = makeJob();
    const starting = makeWorld(pending, [], { job: refuse });
    await starting.handle(command('start', pending));

    const job = running();
    const task = heldTask(job);
    const ending = makeWorld(job, [task], { job: refuse });
    await ending.handle(completed(task));

    expect(starting.job).toMatchObject({ state: 'FAILED', error: 'not today' });
    expect(ending.job).toMatchObject({ state: 'FAILED', error: 'not today' });
  });

  it('says in the log why, without the secrets of the job', async () => {
    const job = makeJob({ tasks: documents('a'), secrets: { token: 'hidden-value' } });
    const throwing = () => {
      throw new Error('no entry with hidden-value');
    };
    const { handle, logged } = makeWorld(job, [], { job: throwing });

    await handle(command('start', job));

    expect(logged()).toContain('no entry with [REDACTED]');
    expect(logged()).not.toContain('hidden-value');
  });

  it('changes nothing any more when a link throws after the job has ended', async () => {
    const job = running();
    const task = heldTask(job);
    const world = makeWorld(job, [task], {
      job: async ({ job: { state } }, next) => {
        await next();
        if (state === 'COMPLETED') throw new Error('too late');
      },
    });

    await world.handle(completed(task));

    expect(world.job).toMatchObject({ state: 'COMPLETED' });
    expect(world.events).toMatchObject([{ topic: 'job.completed' }]);
  });

  it('fails a job that a link leaves without tasks', async () => {
    const world = makeWorld(makeJob({ tasks: documents('a') }), [], {
      job: async ({ job }, next) => ((job.tasks = []), next()),
    });

    await world.handle(command('start', world.job));

    expect(world.job).toMatchObject({ state: 'FAILED', error: 'a middleware left the job without tasks' });
  });

  it('may change what a job says, not what it is', async () => {
    const job = running({ result: undefined });
    const task = heldTask(job);
    const world = makeWorld(job, [task], {
      job: async ({ job: shown }, next) => {
        if (shown.state === 'COMPLETED')
          Object.assign(shown, { result: 'said', state: 'FAILED', position: 99, id: 'x' });
        await next();
      },
    });

    await world.handle(completed(task));

    expect(world.job).toMatchObject({ id: job.id, state: 'COMPLETED', result: 'said', position: 2 });
  });
});

describe('the task chain', () => {
  it('sees each state of a task once, in order, and what the change made of it', async () => {
    const { seen, links } = watching();
    const job = makeJob({ tasks: documents('a'), taskCount: 1 });
    const world = makeWorld(job, [], { task: links.task });

    await world.handle(command('start', job));
    const [task] = world.tasks();
    await world.handle(completed(task!)); // no report of the start came before

    expect(seen).toEqual([
      'task STATE_CHANGE PENDING',
      'then SCHEDULED',
      'task STATE_CHANGE RUNNING',
      'then RUNNING',
      'task STARTED RUNNING',
      'then RUNNING',
      'task STATE_CHANGE COMPLETED',
      'then COMPLETED',
    ]);
  });

  it('sees a task that is passed over as SKIPPED', async () => {
    const { seen, links } = watching();
    const job = makeJob({ tasks: [{ name: 'a', if: 'false' }, { name: 'b' }], taskCount: 2 });
    const world = makeWorld(job, [], { task: links.task });

    await world.handle(command('start', job));

    expect(seen).toEqual([
      'task STATE_CHANGE PENDING',
      'then SKIPPED',
      'task STATE_CHANGE SKIPPED',
      'then SKIPPED',
      'task STATE_CHANGE PENDING',
      'then SCHEDULED',
    ]);
    expect(world.tasks().map(({ state }) => state)).toEqual(['SKIPPED', 'SCHEDULED']);
  });

  it('sees REDELIVERED and PROGRESS for what they are', async () => {
    const { seen, links } = watching();
    const job = running();
    const task = heldTask(job);
    const world = makeWorld(job, [task], { task: links.task });

    await world.handle({ ...about(task), type: 'progress', progress: 50 });
    await world.handle({ ...about(task), type: 'redelivered', reason: 'lost' });

    expect(seen).toEqual(['task PROGRESS RUNNING', 'then RUNNING', 'task REDELIVERED SCHEDULED', 'then SCHEDULED']);
  });

  it('sees nothing of messages that came too late', async () => {
    const { seen, links } = watching();
    const job = running();
    const world = makeWorld(job, [heldTask(job, { attempt: 2 })], links);
    const [task] = world.tasks();

    await world.handle(completed(task!));
    await world.handle({ ...about(task!), type: 'started' });

    expect(seen).toEqual([]);
  });

  it.each(['PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'SKIPPED'])(
    'keeps a task from being %s where a link does not go on',
    async (state) => {
      const job = makeJob({ tasks: [{ name: 'a', if: state === 'SKIPPED' ? 'false' : undefined }], taskCount: 1 });
      const world = makeWorld(job, [], {
        task: async ({ task }, next) => (task.state === state ? undefined : next()),
      });

      await world.handle(command('start', job));
      const [task] = world.tasks();
      await world.handle({ ...about(task!), type: 'started' });
      await world.handle(
        state === 'FAILED' ? { ...about(task!), type: 'failed', error: 'exit code 1' } : completed(task!),
      );

      const stays = {
        PENDING: 'PENDING',
        RUNNING: 'COMPLETED',
        COMPLETED: 'RUNNING',
        FAILED: 'RUNNING',
        SKIPPED: 'SKIPPED',
      };
      expect(world.tasks()).toMatchObject([{ state: stays[state as keyof typeof stays] }]);
    },
  );

  it('may change or take away what a task says, not who holds it', async () => {
    const job = running();
    const task = heldTask(job, { var: 'x' });
    const world = makeWorld(job, [task], {
      task: async ({ task: shown }, next) => {
        Object.assign(shown, { attempt: 7, nodeId: 'another', jobId: 'x', description: 'said' });
        delete shown.result;
        await next();
      },
    });

    await world.handle(completed(task, 'a secret'));

    expect(world.tasks()).toMatchObject([{ attempt: 1, nodeId: 'node', jobId: job.id, description: 'said' }]);
    expect(world.tasks()[0]!.result).toBeUndefined();
    expect(world.job.context.tasks).toBeUndefined();
  });

  it('fails the task where a link throws, and its next try takes its place', async () => {
    const job = running();
    const task = heldTask(job, { retry: { limit: 1 } });
    const world = makeWorld(job, [task], {
      task: async ({ task: { state } }, next) => {
        if (state === 'COMPLETED') throw new Error('no good');
        await next();
      },
    });

    await world.handle(completed(task));

    expect(world.tasks()).toMatchObject([
      { state: 'FAILED', error: 'no good' },
      { state: 'SCHEDULED', retry: { limit: 1, attempts: 1 } },
    ]);
  });
});

describe('a link that hangs', () => {
  it('fails its task in time, and changes nothing when it goes on after all', async () => {
    const job = running();
    const task = heldTask(job);
    let goOn = (): void => undefined;
    const hanging = new Promise<void>((resolve) => (goOn = resolve));
    let ended = (): void => undefined;
    const end = new Promise<void>((resolve) => (ended = resolve));
    const world = makeWorld(job, [task], {
      task: async (_, next) => {
        await hanging;
        await next().catch(() => undefined);
        ended();
      },
    });

    await world.handle(completed(task));
    goOn();
    await end;

    const error = 'a middleware of the task chain did not end within 0.05 seconds';
    expect(world.tasks()).toMatchObject([{ state: 'FAILED', error }]);
    expect(world.job).toMatchObject({ state: 'FAILED', error });
  });

  it('fails the job of a command', async () => {
    const job = makeJob();
    const world = makeWorld(job, [], { job: () => new Promise(() => undefined) });

    await world.handle(command('start', job));

    expect(world.job).toMatchObject({ state: 'FAILED', error: expect.stringContaining('the job chain did not end') });
  });
});

it('a job may skip thousands of tasks in a row', async () => {
  const count = 10_000;
  const tasks = Array.from({ length: count }, (_, n) => ({ name: `task ${n}`, if: 'false' }));
  const job = makeJob({ tasks, taskCount: count });
  const { seen, links } = watching();
  const world = makeWorld(job, [], { task: links.task });

  await world.handle(command('start', job));

  expect(world.job).toMatchObject({ state: 'COMPLETED', progress: 100 });
  expect(seen).toHaveLength(4 * count);
});

it('a transition about a task that is not loaded is an error, not half a change', () => {
  const job = running();
  const views = new JobViews([job]);

  expect(() =>
    views.apply(views.of(job.id)!, {
      outcome: 'applied',
      tasks: [{ id: 'unknown', state: 'COMPLETED' }],
      newTasks: [],
      messages: [],
      events: [],
      steps: [],
    }),
  ).toThrow(`task unknown of job ${job.id} is to be changed and is not loaded`);
});

describe('webhooks', () => {
  const URL = 'http://receiver/';
  const EVENTS = ['job.StateChange', 'job.Progress', 'task.StateChange', 'task.Progress'];
  const webhooks = EVENTS.map((event) => ({ url: URL, event }));
  const hooked = (fields: Partial<Job> = {}) =>
    makeJob({ tasks: documents('a', 'b'), taskCount: 2, webhooks, ...fields });
  const handedOut = (job: Job, fields: Partial<Task> = {}) =>
    heldTask(job, { state: 'SCHEDULED', startedAt: undefined, ...fields });

  it('are told of the start of a job as it was found, and of the hand-out of its first task', async () => {
    const job = hooked();
    const world = makeWorld(job);

    await world.handle(command('start', job));

    expect(world.told()).toEqual(['job.StateChange PENDING', 'task.StateChange SCHEDULED']);
    expect(world.bodies()[0]).toMatchObject({ position: 0 });
    expect(world.bodies()[0]).not.toHaveProperty('startedAt');
  });

  it('are told of a task before its job, and of its start before its end', async () => {
    const job = hooked({ state: 'SCHEDULED', position: 1 });
    const task = handedOut(job);
    const world = makeWorld(job, [task]);

    await world.handle(completed(task));

    expect(world.told()).toEqual([
      'task.StateChange RUNNING',
      'job.StateChange RUNNING',
      'task.StateChange COMPLETED',
      'job.Progress RUNNING',
      'task.StateChange SCHEDULED',
    ]);
    expect(world.bodies()[3]).toMatchObject({ progress: 50, position: 2 });
  });

  it('see a job that its last progress has completed', async () => {
    const job = hooked({ state: 'RUNNING', position: 2 });
    const task = heldTask(job, { position: 2 });
    const world = makeWorld(job, [task]);

    await world.handle(completed(task));

    expect(world.told()).toEqual(['task.StateChange COMPLETED', 'job.Progress COMPLETED', 'job.StateChange COMPLETED']);
    expect(world.bodies()[1]).toMatchObject({ progress: 100, position: 3 });
  });

  it('are told of every try of a task', async () => {
    const job = hooked({ state: 'RUNNING', position: 1 });
    const task = heldTask(job, { retry: { limit: 1 } });
    const world = makeWorld(job, [task]);

    await world.handle({ ...about(task), type: 'failed', error: 'exit code 1' });
    const retry = world.tasks().find(({ id }) => id !== task.id)!;
    await world.handle({ ...about(retry), type: 'failed', error: 'exit code 2' });

    expect(world.told()).toEqual([
      'task.StateChange FAILED',
      'task.StateChange SCHEDULED',
      'task.StateChange RUNNING',
      'task.StateChange FAILED',
      'job.StateChange FAILED',
    ]);
  });

  it('are told twice of a task that is skipped', async () => {
    const job = hooked({ tasks: [{ name: 'a', if: 'false' }], taskCount: 1 });
    const world = makeWorld(job);

    await world.handle(command('start', job));

    expect(world.told().filter((line) => line.startsWith('task'))).toEqual([
      'task.StateChange SKIPPED',
      'task.StateChange SKIPPED',
    ]);
    expect(world.told().at(-1)).toBe('job.StateChange COMPLETED');
  });

  it('are told of progress', async () => {
    const job = hooked({ state: 'RUNNING', position: 1 });
    const task = heldTask(job);
    const world = makeWorld(job, [task]);

    await world.handle({ ...about(task), type: 'progress', progress: 40 });

    expect(world.told()).toEqual(['task.Progress RUNNING', 'job.Progress RUNNING']);
    expect(world.bodies()).toMatchObject([{ progress: 40 }, { progress: 20 }]);
  });

  it('are told of a cancel and of a restart, not of the tasks that end with the job', async () => {
    const job = hooked({ state: 'RUNNING', position: 1 });
    const world = makeWorld(job, [heldTask(job)]);

    await world.handle(command('cancel', job));
    await world.handle(command('restart', job));

    expect(world.told()).toEqual([
      'job.StateChange CANCELLED',
      'job.StateChange RESTART',
      'task.StateChange SCHEDULED',
    ]);
  });

  it('are told of nothing that did not happen', async () => {
    const job = hooked({ state: 'RUNNING', position: 1 });
    const task = heldTask(job);
    const world = makeWorld(job, [task]);

    await world.handle(command('start', job));
    await world.handle({ ...completed(task), attempt: 7 } as TaskEvent);
    await world.handle({ ...about(task), type: 'redelivered', reason: 'vanished' });
    expect(world.told()).toEqual([]);

    await world.handle(command('cancel', job));
    const [first] = world.told();
    await world.handle(command('cancel', job));
    await world.handle({ ...about(task), attempt: 2, type: 'failed', error: 'context canceled' });
    expect(world.told()).toEqual([first]);
  });

  it('see what middleware has changed, and nothing it has kept from happening', async () => {
    const links: Links = {
      job: async ({ event, job }, next) => {
        job.name = `${event} renamed`;
        if (job.state !== 'FAILED') await next();
      },
      task: async ({ task }, next) => {
        task.description = 'described';
        await next();
      },
    };
    const job = hooked();
    const world = makeWorld(job, [], links);

    await world.handle(command('start', job));
    await world.handle(completed(world.tasks()[0]!));
    const names = world.bodies().map(({ description, name }) => description ?? name);

    expect(names.slice(0, 2)).toEqual(['STATE_CHANGE renamed', 'described']);
    expect(names).toContain('PROGRESS renamed');
    expect(world.told()).not.toContain('job.StateChange FAILED');
  });

  it('are told that a job has failed for want of its middleware', async () => {
    const job = hooked({ state: 'RUNNING', position: 1 });
    const task = heldTask(job);
    const world = makeWorld(job, [task], {
      task: () => {
        throw new Error('broken');
      },
    });

    await world.handle(completed(task));

    expect(world.told()).toEqual(['task.StateChange FAILED', 'job.StateChange FAILED']);
    expect(world.bodies()[1]).toMatchObject({ error: 'broken' });
  });
});
