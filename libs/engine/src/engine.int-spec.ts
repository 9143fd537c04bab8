import type { BatchOptions, Delivery, Subscription, Verdict } from '@tork/broker';
import { MemoryBroker } from '@tork/broker/memory';
import type { RunnableTask } from '@tork/core';
import { PostgresBackend, TypeormDatastore } from '@tork/datastore/typeorm';
import { silentLogger } from '@tork/observability';
import type { Runtime, TaskIo, TaskResult } from '@tork/runtime';
import { eventually, freePort, useServices } from '@tork/testing';
import { engineConfig } from './config';
import { Engine } from './engine';
import type { EngineOptions } from './engine';
import { runUntilSignal } from './run';

const services = useServices('postgres');

/** What was closed, in order. */
let closed: string[];
beforeEach(() => (closed = []));

class WatchedBroker extends MemoryBroker {
  override async consumeBatches(
    names: readonly string[],
    handle: (batch: readonly Delivery[]) => Promise<readonly Verdict[]>,
    options?: BatchOptions,
  ): Promise<Subscription> {
    const subscription = await super.consumeBatches(names, handle, options);
    return {
      close: async () => {
        await subscription.close();
        closed.push(names.includes('jobs') ? 'coordinator' : names.join());
      },
    };
  }

  override async close(): Promise<void> {
    closed.push('broker');
    await super.close();
  }
}

class WatchedDatastore extends TypeormDatastore {
  constructor(private readonly opening: () => Promise<void> = async () => undefined) {
    const dsn = services.postgres.url;
    super(new PostgresBackend({ dsn, maxOpen: 5, maxIdle: 5, maxIdleMs: 60_000, maxLifetimeMs: 600_000 }));
  }

  override async start(): Promise<void> {
    await this.opening();
    await super.start();
    await this.migrate();
  }

  override async close(): Promise<void> {
    closed.push('datastore');
    await super.close();
  }
}

/** Runs every task until it is aborted. */
class WatchedRuntime implements Runtime {
  readonly name = 'watched';
  readonly started: RunnableTask[] = [];

  constructor(private readonly starting: () => Promise<void> = async () => undefined) {}

  start(): Promise<void> {
    return this.starting();
  }

  run(task: RunnableTask, _io: TaskIo, signal: AbortSignal): Promise<TaskResult> {
    this.started.push(task);
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  }

  async health(): Promise<void> {}

  async close(): Promise<void> {
    closed.push('runtime');
  }
}

interface Watched extends EngineOptions {
  datastore?: WatchedDatastore;
  runtime?: Runtime;
}

async function makeEngine({ datastore = new WatchedDatastore(), runtime = new WatchedRuntime(), ...options }: Watched) {
  const [api, worker] = [await freePort(), await freePort()];
  const config = engineConfig.parse({
    broker: { type: 'inmemory' },
    datastore: { type: 'watched' },
    coordinator: { address: `localhost:${api}` },
    worker: { address: `localhost:${worker}`, shutdown: { grace: '10ms' } },
  });
  const engine = new Engine({ config, log: silentLogger(), ...options })
    .registerBrokerProvider('inmemory', () => new WatchedBroker())
    .registerDatastoreProvider('watched', () => datastore)
    .registerRuntime(runtime);
  return { engine, datastore, urls: [`http://localhost:${api}/health`, `http://localhost:${worker}/health`] };
}

async function expectNothingListens(urls: string[]): Promise<void> {
  for (const url of urls) await expect(fetch(url)).rejects.toThrow('fetch failed');
}

describe('a start that fails', () => {
  it.each([
    ['standalone', { mode: 'standalone' }, ['runtime', 'coordinator', 'broker', 'datastore']],
    ['standalone without API', { mode: 'standalone', api: false }, ['runtime', 'coordinator', 'broker', 'datastore']],
    ['worker', { mode: 'worker' }, ['runtime', 'broker']],
  ] as const)('of %s, at its last step, undoes those before', async (_, options, expected) => {
    const broken = new WatchedRuntime(() => Promise.reject(new Error('no daemon')));
    const { engine, urls } = await makeEngine({ ...options, runtime: broken });

    await expect(engine.start()).rejects.toThrow('no daemon');

    expect(closed.filter((what) => what !== 'logs' && what !== 'heartbeat')).toEqual(expected);
    await expectNothingListens(urls);
    expect(engine.state).toBe('TERMINATED');
    await engine.terminate();
  });
});

describe('terminate', () => {
  it('during a start waits for it, then ends everything', async () => {
    let opened = (): void => undefined;
    const opening = new Promise<void>((resolve) => (opened = resolve));
    const { engine, urls } = await makeEngine({ datastore: new WatchedDatastore(() => opening) });

    const started = engine.start();
    const terminated = engine.terminate();
    opened();
    await Promise.all([started, terminated]);

    expect(closed.slice(-2)).toEqual(['broker', 'datastore']);
    await expectNothingListens(urls);
    expect(engine.state).toBe('TERMINATED');
  });

  it('stops the worker first, so that its last words are heard', async () => {
    const runtime = new WatchedRuntime();
    const { engine, datastore } = await makeEngine({ runtime });
    await engine.start();
    const answer = await fetch(`${engine.url}/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'endless', tasks: [{ name: 'a task', run: 'sleep infinity' }] }),
    });
    const { id } = (await answer.json()) as { id: string };
    const task = async () => (await datastore.job(id))!.execution![0]!;
    await eventually(async () => expect(await task()).toMatchObject({ state: 'RUNNING' }));

    await Promise.all([engine.terminate(), engine.terminate()]);

    expect(closed.filter((what) => what !== 'logs' && what !== 'heartbeat')).toEqual([
      'runtime',
      'coordinator',
      'broker',
      'datastore',
    ]);
    const [row] = await services.postgres.sql('SELECT state, attempt, redelivered FROM tasks WHERE job_id = $1', [id]);
    expect(row).toEqual({ state: 'SCHEDULED', attempt: 2, redelivered: null });
    const nodes = await services.postgres.sql('SELECT status FROM nodes WHERE queue IS NOT NULL ORDER BY started_at');
    expect(nodes.at(-1)).toEqual({ status: 'DOWN' });
  });

  it('comes with a signal, also during the start', async () => {
    let opened = (): void => undefined;
    const opening = new Promise<void>((resolve) => (opened = resolve));
    const { engine, urls } = await makeEngine({ datastore: new WatchedDatastore(() => opening) });
    const listeners = process.listenerCount('SIGTERM');

    const over = runUntilSignal(engine);
    process.emit('SIGTERM');
    opened();
    await over;

    expect(closed.slice(-2)).toEqual(['broker', 'datastore']);
    await expectNothingListens(urls);
    expect(process.listenerCount('SIGTERM')).toBe(listeners);
  });

  it('of an engine that never started is its end', async () => {
    const { engine } = await makeEngine({});

    await engine.terminate();

    await expect(engine.start()).rejects.toThrow('start: the engine is TERMINATED, not IDLE');
  });
});
