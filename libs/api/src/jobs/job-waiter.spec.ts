import type { Broker } from '@tork/broker';
import { MemoryBroker } from '@tork/broker/memory';
import type { JobState } from '@tork/core';
import { DatastoreUnavailableError } from '@tork/datastore';
import { eventually } from '@tork/testing';
import { JobWaiter } from './job-waiter';

let broker: MemoryBroker;
let waiter: JobWaiter;
/** Subscriptions that were made, and those that are left. */
let subscriptions: { made: number; open: number };
let states: Map<string, JobState | Error>;

const counted: Pick<Broker, 'subscribeEvents'> = {
  async subscribeEvents(pattern, handle) {
    subscriptions.made += 1;
    subscriptions.open += 1;
    const subscription = await broker.subscribeEvents(pattern, handle);
    return { close: () => subscription.close().finally(() => (subscriptions.open -= 1)) };
  },
};

const datastore = {
  async jobState(id: string): Promise<JobState | undefined> {
    const state = states.get(id);
    if (state instanceof Error) throw state;
    return state;
  },
};

beforeEach(async () => {
  broker = new MemoryBroker();
  await broker.start();
  subscriptions = { made: 0, open: 0 };
  states = new Map();
  waiter = new JobWaiter({ broker: counted, datastore, rereadMs: 60_000, lingerMs: 20 });
});
afterEach(async () => {
  await waiter.close();
  await broker.close();
});

const never = new AbortController().signal;
const end = async (jobId: string, state: JobState = 'COMPLETED') => {
  states.set(jobId, state);
  await broker.publishEvent('job.completed', { topic: 'job.completed', jobId });
};

describe('JobWaiter', () => {
  it('needs one subscription for all who wait, and none when nobody does', async () => {
    const watches = await Promise.all([waiter.watch(), waiter.watch(), waiter.watch()]);
    expect(subscriptions).toEqual({ made: 1, open: 1 });

    for (const watch of watches) watch[Symbol.dispose]();

    await eventually(() => expect(subscriptions).toEqual({ made: 1, open: 0 }));
    using _again = await waiter.watch();
    expect(subscriptions).toEqual({ made: 2, open: 1 });
  });

  it('keeps the subscription for whoever comes soon', async () => {
    waiter = new JobWaiter({ broker: counted, datastore });
    (await waiter.watch())[Symbol.dispose]();
    using _soon = await waiter.watch();

    expect(subscriptions).toEqual({ made: 1, open: 1 });
  });

  it('wakes those who wait for the job, and nobody else', async () => {
    states.set('a', 'RUNNING').set('b', 'RUNNING');
    using watch = await waiter.watch();
    const ended: string[] = [];
    const wait = (id: string) => watch.ended(id, { timeoutMs: 60_000, signal: never }).then(() => void ended.push(id));
    const waits = [wait('a'), wait('a'), wait('b')];

    await end('a');
    await eventually(() => expect(ended).toEqual(['a', 'a']));
    await end('b');

    await Promise.all(waits);
    expect(ended).toEqual(['a', 'a', 'b']);
  });

  it('does not miss an end that comes before it looks', async () => {
    using watch = await waiter.watch();
    await end('a');

    await watch.ended('a', { timeoutMs: 60_000, signal: never });
  });

  it('goes on when an event comes too early', async () => {
    states.set('a', 'RUNNING');
    using watch = await waiter.watch();
    const wait = watch.ended('a', { timeoutMs: 60_000, signal: never });
    await broker.publishEvent('job.failed', { topic: 'job.failed', jobId: 'a' });

    await end('a');

    await wait;
  });

  it('looks again from time to time', async () => {
    waiter = new JobWaiter({ broker: counted, datastore, rereadMs: 10 });
    states.set('a', 'RUNNING');
    using watch = await waiter.watch();
    const wait = watch.ended('a', { timeoutMs: 60_000, signal: never });

    states.set('a', 'FAILED');

    await wait;
  });

  it('takes a job that is gone for ended', async () => {
    using watch = await waiter.watch();

    await watch.ended('gone', { timeoutMs: 60_000, signal: never });
  });

  it('waits through a time without the datastore', async () => {
    states.set('a', new DatastoreUnavailableError('away'));
    using watch = await waiter.watch();
    const wait = watch.ended('a', { timeoutMs: 60_000, signal: never });

    await end('a');

    await wait;
  });

  it('does not wait on any other error', async () => {
    states.set('a', new TypeError('a mistake of ours'));
    using watch = await waiter.watch();

    await expect(watch.ended('a', { timeoutMs: 60_000, signal: never })).rejects.toThrow('a mistake of ours');
  });

  it('gives up when time is up', async () => {
    states.set('a', 'RUNNING');
    using watch = await waiter.watch();

    await expect(watch.ended('a', { timeoutMs: 10, signal: never })).rejects.toMatchObject({ code: 'WAIT_TIMEOUT' });
  });

  it('gives up when nobody wants to know any more', async () => {
    states.set('a', 'RUNNING');
    using watch = await waiter.watch();
    const client = new AbortController();
    const wait = watch.ended('a', { timeoutMs: 60_000, signal: client.signal });

    client.abort();

    await expect(wait).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
  });

  it('lets everybody go when it is closed', async () => {
    states.set('a', 'RUNNING');
    using watch = await waiter.watch();
    const wait = watch.ended('a', { timeoutMs: 60_000, signal: never });
    const refused = expect(wait).rejects.toMatchObject({ code: 'SERVER_STOPPING' });

    await waiter.close();

    await refused;
    await expect(waiter.watch()).rejects.toMatchObject({ code: 'SERVER_STOPPING' });
    expect(subscriptions.open).toBe(0);
  });

  it('says so when events cannot be subscribed, and tries again for the next', async () => {
    const subscribe = counted.subscribeEvents;
    let fails = true;
    waiter = new JobWaiter({
      broker: {
        subscribeEvents: (pattern, handle) =>
          fails ? Promise.reject(new Error('no broker')) : subscribe(pattern, handle),
      },
      datastore,
    });

    await expect(waiter.watch()).rejects.toThrow('no broker');
    fails = false;
    using _next = await waiter.watch();

    expect(subscriptions.open).toBe(1);
  });
});
