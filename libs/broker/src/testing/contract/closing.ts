import { BrokerClosedError } from '../../errors';
import type { UnderTest } from '../broker-under-test';
import { newQueue } from '../broker-under-test';
import { Gate, Journal } from '../waiting';

export function closing(underTest: UnderTest): void {
  it('waits for handlers, which may still publish', async () => {
    const { broker } = underTest();
    const [queue, results] = [newQueue(), newQueue()];
    const gate = new Gate();
    const begun = new Journal<unknown>();
    let ended = false;
    await broker.publish([{ queue, body: 1 }]);
    await broker.consume(
      queue,
      async ({ body }) => {
        begun.add(body);
        await gate.passed;
        await broker.publish([{ queue: results, body: 'result' }]);
        ended = true;
      },
      { concurrency: 1 },
    );
    await begun.reaches(1);

    const closed = broker.close();
    gate.open();
    await closed;

    expect(ended).toBe(true);
  });

  it('does not wait for the pause before a failed message', async () => {
    const { broker } = underTest();
    const queue = newQueue();
    const attempts = new Journal<unknown>();
    await broker.publish([{ queue, body: 1 }]);
    await broker.consume(
      queue,
      async ({ body }) => {
        attempts.add(body);
        throw new Error('never');
      },
      { concurrency: 1 },
    );
    await attempts.reaches(3);

    await broker.close();
  });

  it('may be asked for twice', async () => {
    const { broker } = underTest();

    await Promise.all([broker.close(), broker.close()]);
    await broker.close();
  });

  it('leaves a broker that refuses everything', async () => {
    const { broker } = underTest();
    await broker.close();

    await expect(broker.publish([{ queue: newQueue(), body: 1 }])).rejects.toThrow(BrokerClosedError);
    await expect(broker.publishEvent('job.completed', {})).rejects.toThrow(BrokerClosedError);
    await expect(broker.consume(newQueue(), async () => undefined, { concurrency: 1 })).rejects.toThrow(
      BrokerClosedError,
    );
    await expect(broker.consumeBatches([newQueue()], async () => [])).rejects.toThrow(BrokerClosedError);
    await expect(broker.subscribeEvents('*', () => undefined)).rejects.toThrow(BrokerClosedError);
    await expect(broker.health()).rejects.toThrow(BrokerClosedError);
  });
}
