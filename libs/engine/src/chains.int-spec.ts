import type { JobDocument, Task } from '@tork/core';
import { createLogger } from '@tork/observability';
import { eventually, freePort, useServices } from '@tork/testing';
import { engineConfig } from './config';
import { Engine, HttpError } from './index';
import { migrate } from './migrate';
import type { Mode } from './mode';

const services = useServices('postgres', 'rabbitmq');
const datastore = () => ({ type: 'postgres', postgres: { dsn: services.postgres.url, max_open_conns: 5 } });
beforeAll(() => migrate(engineConfig.parse({ datastore: datastore() })));

let engines: Engine[] = [];
let log: Record<string, unknown>[] = [];
afterEach(async () => {
  await Promise.all(engines.map((engine) => engine.terminate()));
  engines = [];
  log = [];
});

/** A coordinator or a worker on the services that both share. */
async function make(mode: Mode): Promise<Engine> {
  const config = engineConfig.parse({
    broker: { type: 'rabbitmq', rabbitmq: { url: services.rabbitmq.url } },
    datastore: mode === 'worker' ? {} : datastore(),
    coordinator: { address: `localhost:${await freePort()}` },
    worker: { address: `localhost:${await freePort()}`, heartbeat: { interval: '500ms' }, shutdown: { grace: '10ms' } },
    runtime: { type: 'shell', shell: { cmd: ['sh'] } },
  });
  const destination = { write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>) };
  const engine = new Engine({ mode, config, log: createLogger({ level: 'warn', format: 'json', destination }) });
  engines.push(engine);
  return engine;
}

/** A coordinator and a worker that run. */
async function start({
  coordinator,
  worker,
}: {
  coordinator?: (engine: Engine) => void;
  worker?: (engine: Engine) => void;
}) {
  const [c, w] = [await make('coordinator'), await make('worker')];
  coordinator?.(c);
  worker?.(w);
  await Promise.all([c.start(), w.start()]);
  const get = async (path: string) => {
    const answer = await fetch(c.url + path);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const run = async (document: Partial<JobDocument>) => {
    const name = 'test';
    const { id } = await c.submitJob({
      name,
      tasks: [{ name: 'say', run: 'printf "$WHAT" > $TORK_OUTPUT' }],
      ...document,
    });
    return id;
  };
  const ended = (id: string) =>
    eventually(async () => {
      const job = (await c.datastore.job(id))!;
      expect(['COMPLETED', 'FAILED']).toContain(job.state);
      return { ...job, task: job.execution![0]! };
    });
  return { c, w, get, run, ended };
}

describe('a task middleware', () => {
  it('of the worker is around the run: what it changes reaches the runtime, and nothing else', async () => {
    const seen: string[] = [];
    const { ended, run } = await start({
      coordinator: (engine) =>
        engine.registerTaskMiddleware(async ({ event, task }, next) => {
          seen.push(`coordinator ${event} ${task.state}`);
          await next();
        }),
      worker: (engine) =>
        engine.registerTaskMiddleware(async ({ event, task }, next) => {
          seen.push(`worker ${event} ${task.state}`);
          task.env = { ...task.env, WHAT: 'changed' };
          await next();
          seen.push(`worker then ${task.state} ${task.result}`);
        }),
    });

    const { state, task } = await ended(await run({}));

    expect([state, task.result, task.env]).toEqual(['COMPLETED', 'changed', undefined]);
    expect(seen.filter((line) => line.startsWith('worker'))).toEqual([
      'worker STATE_CHANGE RUNNING',
      'worker then COMPLETED changed',
    ]);
    expect(seen.filter((line) => line.startsWith('coordinator'))).toEqual([
      'coordinator STATE_CHANGE PENDING',
      'coordinator STATE_CHANGE RUNNING',
      'coordinator STARTED RUNNING',
      'coordinator STATE_CHANGE COMPLETED',
    ]);
  });

  it('of the worker may stand in for the run; one that does nothing fails the task', async () => {
    const { ended, run } = await start({
      worker: (engine) =>
        engine.registerTaskMiddleware(async ({ task }, next) => {
          if (task.name === 'answered') Object.assign(task, { state: 'COMPLETED', result: 'from memory' });
          else if (task.name === 'refused') Object.assign(task, { state: 'FAILED', error: 'not here' });
          else if (task.name !== 'ignored') await next();
        }),
    });
    const outcome = async (name: string): Promise<Task> =>
      (await ended(await run({ tasks: [{ name, run: 'exit 9' }] }))).task;

    expect(await outcome('answered')).toMatchObject({ state: 'COMPLETED', result: 'from memory' });
    expect(await outcome('refused')).toMatchObject({ state: 'FAILED', error: 'not here' });
    const ignored = await outcome('ignored');
    expect(ignored).toMatchObject({ state: 'FAILED', error: `unexpected state RUNNING for task ${ignored.id}` });
  });

  it('hears of a redelivery, in the coordinator', async () => {
    const seen: string[] = [];
    const { c, ended, run, w } = await start({
      coordinator: (engine) =>
        engine.registerTaskMiddleware(async ({ event, task }, next) => {
          seen.push(event);
          if (event === 'REDELIVERED') expect(task.attempt).toBeGreaterThan(1);
          await next();
        }),
    });
    const id = await run({ tasks: [{ name: 'long', run: 'test -n "$AGAIN" || sleep 60' }] });
    await eventually(async () => expect((await c.datastore.job(id))!.execution).toMatchObject([{ state: 'RUNNING' }]));

    await w.terminate();
    await eventually(async () => expect(seen).toContain('REDELIVERED'));
    const other = await make('worker');
    other.registerTaskMiddleware(async ({ task }, next) => ((task.env = { AGAIN: 'yes' }), next()));
    await other.start();

    expect(await ended(id)).toMatchObject({ state: 'COMPLETED' });
  });

  it('that fails in the coordinator fails the task with its error', async () => {
    const { ended, run } = await start({
      coordinator: (engine) =>
        engine.registerTaskMiddleware(async ({ event, task }, next) => {
          if (event === 'STATE_CHANGE' && task.state === 'COMPLETED') throw new Error('not good enough');
          await next();
        }),
    });

    expect(await ended(await run({}))).toMatchObject({ state: 'FAILED', error: 'not good enough' });
  });
});

describe('a job middleware', () => {
  it('that does not go on leaves a job where it is; one that throws fails it', async () => {
    const { c, ended, run } = await start({
      coordinator: (engine) =>
        engine.registerJobMiddleware(async ({ event, job }, next) => {
          if (event === 'STATE_CHANGE' && job.name === 'held') return;
          if (event === 'STATE_CHANGE' && job.name === 'refused') throw new Error('not today');
          await next();
        }),
    });

    const held = await run({ name: 'held' });
    expect(await ended(await run({ name: 'refused' }))).toMatchObject({ state: 'FAILED', error: 'not today' });
    await ended(await run({ name: 'other' }));

    expect(await c.datastore.job(held)).toMatchObject({ state: 'PENDING', execution: [] });
  });

  it('sees its job from start to end, with the progress between', async () => {
    const seen: string[] = [];
    const { ended, get, run } = await start({
      coordinator: (engine) =>
        engine.registerJobMiddleware(async ({ event, job }, next) => {
          const before = job.state;
          await next();
          seen.push(`${event} ${before} then ${job.state}`);
        }),
    });

    const { id } = await ended(
      await run({
        tasks: [
          { name: 'a', run: 'true' },
          { name: 'b', run: 'true' },
        ],
      }),
    );
    await get(`/jobs/${id}`);

    expect(seen).toEqual([
      'STATE_CHANGE PENDING then PENDING',
      'STATE_CHANGE RUNNING then RUNNING',
      'PROGRESS RUNNING then RUNNING',
      'PROGRESS RUNNING then RUNNING',
      'STATE_CHANGE COMPLETED then COMPLETED',
      'READ COMPLETED then COMPLETED',
    ]);
  });
});

describe('what is read', () => {
  it('is shown as the middleware leaves it', async () => {
    const { ended, get, run } = await start({
      coordinator: (engine) =>
        engine
          .registerJobMiddleware(async (context, next) => {
            if (context.event === 'READ') context.job = { ...context.job, name: 'shown' };
            await next();
          })
          .registerTaskMiddleware(async ({ event, task }, next) => {
            if (event !== 'READ') return next();
            task.name = 'shown, though it did not go on';
          }),
    });
    const { id, task } = await ended(await run({}));

    expect((await get(`/jobs/${id}`)).body).toMatchObject({ name: 'shown', state: 'COMPLETED' });
    expect((await get(`/tasks/${task.id}`)).body).toMatchObject({ name: 'shown, though it did not go on' });
  });

  it('is refused with the error of a middleware: its own where it carries a status, else a 500 that tells nothing', async () => {
    const { ended, get, run } = await start({
      coordinator: (engine) =>
        engine
          .registerJobMiddleware(async ({ event }, next) => {
            if (event === 'READ') throw new HttpError(403, 'not for you');
            await next();
          })
          .registerTaskMiddleware(async ({ event }, next) => {
            if (event === 'READ') throw new Error('a detail');
            await next();
          })
          .registerLogMiddleware(async (context, next) => {
            await next();
            context.parts = context.parts.map((part) => ({ ...part, contents: part.contents?.toUpperCase() }));
          }),
    });
    const { id, task } = await ended(await run({ tasks: [{ name: 'say', run: 'echo loud' }] }));

    expect(await get(`/jobs/${id}`)).toEqual({ status: 403, body: { message: 'not for you' } });
    expect(await get(`/tasks/${task.id}`)).toEqual({ status: 500, body: { message: 'Internal Server Error' } });
    await eventually(async () =>
      expect((await get(`/jobs/${id}/log`)).body).toMatchObject({ items: [{ contents: 'LOUD\n' }] }),
    );
  });
});

describe('a node middleware', () => {
  it('sees workers and coordinators, and may have a heartbeat ignored', async () => {
    const seen = new Set<string>();
    const { get, w } = await start({
      coordinator: (engine) =>
        engine.registerNodeMiddleware(async ({ node }, next) => {
          seen.add(node.name);
          if (node.name === 'Worker') return;
          node.name = 'renamed';
          await next();
        }),
    });

    await eventually(async () => expect(seen).toEqual(new Set(['Coordinator', 'Worker'])));
    await eventually(async () => {
      const nodes = (await get('/nodes')).body as unknown as { name: string; port?: number }[];
      expect(nodes.map(({ name }) => name)).toContain('renamed');
      expect(nodes.map(({ port }) => port)).not.toContain(Number(new URL(w.url!).port));
    });
  });
});
