import type { Job, RunnableTask } from '@tork/core';
import { silentLogger } from '@tork/observability';
import type { Mounter, Runtime } from '@tork/runtime';
import { eventually, freePort, useServices } from '@tork/testing';
import { engineConfig } from './config';
import { Engine } from './engine';
import { migrate } from './migrate';
import type { Mode } from './mode';

const services = useServices('postgres');
const datastore = () => ({ type: 'postgres', postgres: { dsn: services.postgres.url, max_open_conns: 5 } });
beforeAll(() => migrate(engineConfig.parse({ datastore: datastore() })));

let running: Engine[] = [];
afterEach(async () => {
  await Promise.all(running.map((engine) => engine.terminate()));
  running = [];
});

/** An engine that runs tasks with the shell. */
async function makeEngine(mode: Mode = 'standalone', api?: boolean): Promise<Engine> {
  const config = engineConfig.parse({
    datastore: datastore(),
    coordinator: { address: `localhost:${await freePort()}` },
    worker: { address: `localhost:${await freePort()}`, shutdown: { grace: '10ms' } },
    runtime: { type: 'shell', shell: { cmd: ['sh'] } },
  });
  const engine = new Engine({ mode, api, config, log: silentLogger() });
  running.push(engine);
  return engine;
}

const ECHO = {
  name: 'echo',
  tasks: [{ name: 'say', run: 'printf hello > $TORK_OUTPUT', var: 'said' }],
  output: '{{ tasks.said }}',
};

describe('submitJob', () => {
  it('tells its listeners of the end, once', async () => {
    const engine = await makeEngine();
    await engine.start();
    const heard: Job[] = [];

    const job = await engine.submitJob(
      ECHO,
      (ended) => void heard.push(ended),
      (ended) => void heard.push(ended),
    );

    expect(job).toMatchObject({ name: 'echo', state: 'PENDING' });
    await eventually(async () => expect(heard).toHaveLength(2));
    expect(heard[0]).toMatchObject({ id: job.id, state: 'COMPLETED', result: 'hello' });
  });

  it('tells of failures and cancellations too', async () => {
    const engine = await makeEngine();
    await engine.start();
    const ends: string[] = [];
    const listen = (job: Job) => void ends.push(`${job.name} ${job.state}`);

    await engine.submitJob('name: bad\ntasks:\n  - name: fail\n    run: exit 3\n', listen);
    const { id } = await engine.submitJob('{"name":"long","tasks":[{"name":"sleep","run":"sleep 60"}]}', listen);
    await eventually(async () => expect((await engine.datastore.job(id))?.state).toBe('RUNNING'));
    await fetch(`${engine.url}/jobs/${id}/cancel`, { method: 'PUT' });

    await eventually(async () => expect(ends.sort()).toEqual(['bad FAILED', 'long CANCELLED']));
  });

  it('refuses what POST /jobs would refuse, with its words', async () => {
    const engine = await makeEngine();
    await engine.start();

    await expect(engine.submitJob({ name: 'none' } as never)).rejects.toMatchObject({ code: 'INVALID_DOCUMENT' });
    await expect(engine.submitJob('tasks: [{nam: x}]')).rejects.toThrow('nam');
  });

  it('refuses what is no document, and a listener that cannot listen', async () => {
    const engine = await makeEngine('coordinator', false);
    await engine.start();

    await expect(engine.submitJob(undefined as never)).rejects.toThrow(
      'submitJob: expected a job document, found undefined',
    );
    await expect(engine.submitJob(ECHO, 'me' as never)).rejects.toThrow(
      'submitJob: listener 1: expected a function, found me',
    );
  });

  it('works without an API, and goes on when a listener fails', async () => {
    const engine = await makeEngine('standalone', false);
    await engine.start();
    const heard: string[] = [];

    await engine.submitJob(
      ECHO,
      () => {
        throw new Error('deaf');
      },
      ({ state }) => void heard.push(state),
    );

    await eventually(async () => expect(heard).toEqual(['COMPLETED']));
  });
});

describe('the ports of an engine', () => {
  it('say that it has not started', async () => {
    const engine = await makeEngine();

    await expect(engine.broker.queues()).rejects.toThrow('Broker not initialized. You must call engine.start() first');
    await expect(engine.datastore.job('x')).rejects.toThrow(
      'Datastore not initialized. You must call engine.start() first',
    );
    await expect(engine.submitJob(ECHO)).rejects.toThrow('submitJob: the engine is IDLE, not RUNNING');
  });

  it('are those of the process afterwards; a worker has no datastore', async () => {
    const engine = await makeEngine('worker');
    await engine.start();

    expect((await engine.broker.queues()).map(({ name }) => name)).toContain('default');
    await expect(engine.datastore.job('x')).rejects.toThrow('Datastore not initialized. A worker has none');
    await expect(engine.submitJob(ECHO)).rejects.toThrow('submitJob: expected a mode with a datastore, found worker');
  });
});

describe('registrations', () => {
  it.each<[string, (engine: Engine) => unknown]>([
    [
      'mode: expected one of standalone, coordinator, worker, api, found bogus',
      () => new Engine({ mode: 'bogus' as Mode }),
    ],
    ['setMode: expected one of standalone, coordinator, worker, api, found x', (engine) => engine.setMode('x' as Mode)],
    [
      'web middleware: expected a function (context, next), an object with a method handle, or an injectable class, found undefined',
      (engine) => engine.registerWebMiddleware(undefined as never),
    ],
    [
      'job middleware: expected a function (context, next), an object with a method handle, or an injectable class, found an object of Object',
      (engine) => engine.registerJobMiddleware({} as never),
    ],
    [
      'middleware class Bare must be decorated with @Injectable()',
      (engine) =>
        engine.registerTaskMiddleware(
          class Bare {
            handle = async () => undefined;
          } as never,
        ),
    ],
    [
      'endpoint: expected a method of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, found FETCH',
      (engine) => engine.registerEndpoint('FETCH' as never, '/x', () => 1),
    ],
    [
      'endpoint GET: expected a path such as /things/:id, found things',
      (engine) => engine.registerEndpoint('GET', 'things', () => 1),
    ],
    [
      'endpoint GET /x: expected a function, found an object of Object',
      (engine) => engine.registerEndpoint('GET', '/x', {} as never),
    ],
    [
      'broker provider: expected a name, found an empty text',
      (engine) => engine.registerBrokerProvider('', () => ({}) as never),
    ],
    [
      'datastore provider mine: expected a function, found undefined',
      (engine) => engine.registerDatastoreProvider('mine', undefined as never),
    ],
    [
      'runtime: expected an object with the methods start, run, health, close, found an object without start, health, close',
      (engine) => engine.registerRuntime({ name: 'x', run: () => undefined } as never),
    ],
    [
      'mounter nfs of docker: expected an object with the methods mount, unmount, found an object without unmount',
      (engine) => engine.registerMounter('docker', 'nfs', { mount: () => undefined } as never),
    ],
  ])('%s', async (message, register) => {
    const engine = new Engine();

    expect(() => register(engine)).toThrow(message);
  });

  it('are refused twice under one name', () => {
    const mounter = { mount: async () => ({}), unmount: async () => undefined } as unknown as Mounter;
    const engine = new Engine().registerMounter('docker', 'nfs', mounter).registerMounter('mine', 'nfs', mounter);

    expect(() => engine.registerMounter('docker', 'nfs', mounter)).toThrow(
      'a mounter of type nfs is registered already for runtime docker',
    );
  });

  it('are refused after the start', async () => {
    const engine = await makeEngine('standalone', false);
    await engine.start();

    for (const register of [
      () => engine.setMode('worker'),
      () => engine.registerEndpoint('GET', '/late', () => 1),
      () => engine.registerWebMiddleware((_, next) => next()),
      () => engine.registerMounter('docker', 'nfs', {} as never),
    ]) {
      expect(register).toThrow(/: the engine is RUNNING, not IDLE$/);
    }
  });

  it('reach the API: web middleware, endpoints (the last of a path counts) and their order', async () => {
    const engine = await makeEngine('coordinator');
    engine
      .registerEndpoint('GET', '/myendpoint', (context) => context.string(200, 'first'))
      .registerEndpoint('GET', '/myendpoint', (context) => context.string(200, 'Hello'))
      .registerWebMiddleware(async ({ response }, next) => {
        await next();
        response.header('x-trail', [response.getHeader('x-trail'), 'a'].join(''));
      })
      .registerWebMiddleware({
        handle: async ({ response }, next) => {
          await next();
          response.header('x-trail', [response.getHeader('x-trail'), 'b'].join(''));
        },
      });
    await engine.start();

    const answer = await fetch(`${engine.url}/myendpoint`);

    expect([answer.status, answer.headers.get('x-trail'), await answer.text()]).toEqual([200, 'ba', 'Hello']);
  });

  it('offer mounters to a runtime of one’s own', async () => {
    const mounter: Mounter = { mount: async (mount) => mount, unmount: async () => undefined };
    let offered: Readonly<Record<string, Mounter>> = {};
    const ran: RunnableTask[] = [];
    const runtime: Runtime = {
      name: 'mine',
      useMounters: (mounters) => void (offered = mounters),
      start: async () => undefined,
      run: async (task) => (ran.push(task), {}),
      health: async () => undefined,
      close: async () => undefined,
    };
    const engine = (await makeEngine()).registerRuntime(runtime).registerMounter('mine', 'nfs', mounter);
    await engine.start();

    expect(offered).toEqual({ nfs: mounter });
  });
});

describe('run', () => {
  it('resolves when the engine is terminated', async () => {
    const engine = await makeEngine('standalone', false);
    const listeners = process.listenerCount('SIGTERM');

    const over = engine.run();
    await eventually(async () => expect(engine.url).toBeDefined());
    await engine.terminate();
    await over;

    expect(engine.state).toBe('TERMINATED');
    expect(process.listenerCount('SIGTERM')).toBe(listeners);
  });
});
