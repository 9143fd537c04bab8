import type { OutgoingMessage } from '@tork/core';
import type { Datastore, OutboxRow } from '../../datastore';
import { makeJob, newId } from '../factories';

/** Messages are committed with the state they speak of, and stay until they are deleted. */
export function outbox(underTest: () => Datastore): void {
  const soon = () => new Date(Date.now() + 60_000);
  const write = (...messages: OutgoingMessage[]) => underTest().transaction((tx) => tx.write({ outbox: messages }));
  /** What a relay would send, without sending it. */
  const waiting = async (queue: string, before = soon(), now = new Date()): Promise<OutboxRow[]> => {
    const rows = await underTest().transaction((tx) => tx.claimOutbox({ before, now, limit: 10_000 }));
    return rows.filter((row) => row.queue === queue);
  };

  it('returns what was written, in order, with ascending ids', async () => {
    const messages: OutgoingMessage[] = Array.from({ length: 100 }, (_, n) => ({ queue: newId(), body: { n } }));

    const rows = await write(...messages);

    expect(rows.map(({ id: _, ...message }) => message)).toEqual(messages);
    const ids = rows.map(({ id }) => BigInt(id));
    expect(ids).toEqual([...ids].sort((a, b) => (a < b ? -1 : 1)));
    await underTest().deleteOutbox(rows.map(({ id }) => id));
  });

  it('keeps a message with all its fields until it is deleted', async () => {
    const queue = newId();
    const [row] = await write({ queue, body: { z: 1, a: ['x', null] }, priority: 7, notBefore: new Date(0) });

    expect(await waiting(queue)).toEqual([row]);

    await underTest().deleteOutbox([row!.id, '0']);
    expect(await waiting(queue)).toEqual([]);
  });

  it('forgets the messages of a transaction that failed', async () => {
    const queue = newId();
    const run = underTest().transaction(async (tx) => {
      await tx.write({ newJobs: [makeJob()], outbox: [{ queue, body: 1 }] });
      throw new Error('no');
    });

    await expect(run).rejects.toThrow('no');
    expect(await waiting(queue)).toEqual([]);
  });

  it('gives out only what is old enough and due', async () => {
    const queue = newId();
    const [now, later] = await write({ queue, body: 'now' }, { queue, body: 'later', notBefore: soon() });

    expect(await waiting(queue, new Date(Date.now() - 60_000))).toEqual([]);
    expect(await waiting(queue)).toEqual([now]);
    expect(await waiting(queue, soon(), soon())).toEqual([now, later]);
    await underTest().deleteOutbox([now!.id, later!.id]);
  });

  it('goes on behind a message that cannot be sent', async () => {
    const queue = newId();
    const rows = await write({ queue, body: 1 }, { queue, body: 2 }, { queue, body: 3 });

    const behind = await underTest().transaction((tx) =>
      tx.claimOutbox({ before: soon(), now: new Date(), limit: 10_000, after: rows[0]!.id }),
    );

    expect(behind.filter((row) => row.queue === queue)).toEqual(rows.slice(1));
    await underTest().deleteOutbox(rows.map(({ id }) => id));
  });

  it('gives no message to two relays that delete what they got', async () => {
    const queue = newId();
    const rows = await write(...Array.from({ length: 60 }, (_, n) => ({ queue, body: n })));

    const relay = () =>
      underTest().transaction(async (tx) => {
        const claimed = await tx.claimOutbox({ before: soon(), now: new Date(), limit: 15 });
        await tx.deleteOutbox(claimed.map(({ id }) => id));
        return claimed.filter((row) => row.queue === queue).map(({ id }) => id);
      });
    const claimed = await Promise.all([relay(), relay(), relay(), relay()]);

    expect(claimed.flat().sort()).toEqual([...new Set(claimed.flat())].sort());
    await underTest().deleteOutbox(rows.map(({ id }) => id));
  });
}
