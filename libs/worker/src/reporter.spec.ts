import type { OutgoingMessage } from '@tork/core';
import { Reporter } from './reporter';

const completed = (taskId: string) =>
  ({ type: 'completed', jobId: 'job', taskId, attempt: 1, nodeId: 'node' }) as const;

describe('Reporter', () => {
  it('sends in one publish what comes up in one turn, in order', async () => {
    const publishes: (readonly OutgoingMessage[])[] = [];
    const reporter = new Reporter({ publish: async (messages) => void publishes.push(messages) });

    await Promise.all([
      reporter.send('started', { ...completed('a'), type: 'started' }),
      Promise.resolve().then(() => reporter.send('completed', completed('a'))),
      reporter.send('completed', completed('b')),
    ]);
    await reporter.send('completed', completed('c'));

    expect(publishes.map((messages) => messages.map(({ queue }) => queue))).toEqual([
      ['started', 'completed', 'completed'],
      ['completed'],
    ]);
    expect(publishes[1]).toEqual([{ queue: 'completed', body: completed('c') }]);
  });

  it('tells everybody whose message was refused, and goes on', async () => {
    let refuse = true;
    const reporter = new Reporter({
      publish: async () => {
        if (refuse) throw new Error('closed');
      },
    });

    const [first, second] = await Promise.allSettled([
      reporter.send('completed', completed('a')),
      reporter.send('completed', completed('b')),
    ]);
    expect([first.status, second.status]).toEqual(['rejected', 'rejected']);

    refuse = false;
    await reporter.send('completed', completed('c'));
  });
});
