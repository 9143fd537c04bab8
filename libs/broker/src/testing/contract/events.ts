import type { UnderTest } from '../broker-under-test';
import { Journal } from '../waiting';

export function events(underTest: UnderTest): void {
  it('reach those whose pattern fits', async () => {
    const { broker } = underTest();
    const topics: Record<string, Journal<string>> = {};
    for (const pattern of ['job.*', 'job.completed', '*', 'scheduled.job', 'job.c*', '*.job']) {
      const journal = (topics[pattern] = new Journal<string>());
      await broker.subscribeEvents(pattern, (topic) => journal.add(topic));
    }

    for (const topic of ['job.failed', 'scheduled.job', 'jobs', 'job.completed', 'end'])
      await broker.publishEvent(topic, {});

    await topics['*']?.reaches(5);
    expect(Object.fromEntries(Object.entries(topics).map(([pattern, { entries }]) => [pattern, entries]))).toEqual({
      'job.*': ['job.failed', 'job.completed'],
      'job.completed': ['job.completed'],
      '*': ['job.failed', 'scheduled.job', 'jobs', 'job.completed', 'end'],
      'scheduled.job': ['scheduled.job'],
      'job.c*': ['job.completed'],
      '*.job': ['scheduled.job'],
    });
  });

  it('give each listener a payload of its own, and outlive one that throws', async () => {
    const { broker } = underTest();
    const payloads = new Journal<{ n: number }>();
    await broker.subscribeEvents('job.*', () => {
      throw new Error('a fault of the listener');
    });
    for (let listener = 0; listener < 2; listener++) {
      await broker.subscribeEvents('job.*', (_topic, payload) => {
        const own = payload as { n: number };
        payloads.add({ ...own });
        own.n = 0;
      });
    }

    await broker.publishEvent('job.completed', { n: 1 });
    await broker.publishEvent('job.completed', { n: 2 });

    const numbers = (await payloads.reaches(4)).map(({ n }) => n);
    expect(numbers.toSorted()).toEqual([1, 1, 2, 2]);
  });

  it('end with their subscription', async () => {
    const { broker } = underTest();
    const closed = new Journal<unknown>();
    const open = new Journal<unknown>();
    const subscription = await broker.subscribeEvents('job.*', (_topic, payload) => closed.add(payload));
    await broker.subscribeEvents('job.*', (_topic, payload) => open.add(payload));

    await subscription.close();
    await subscription.close();
    await broker.publishEvent('job.completed', 1);

    expect(await open.reaches(1)).toEqual([1]);
    expect(closed.entries).toEqual([]);
  });

  it('need no listener', async () => {
    await underTest().broker.publishEvent('job.completed', {});
  });
}
