import type { WebhookDelivery } from '@tork/core';
import type { Datastore } from '../../datastore';
import type { ClaimOptions, ClaimedDelivery } from '../../deliveries';
import { makeJob, newId, storeJobs } from '../factories';

/** Webhook calls are in the hands of one sender at a time, and in order per job and URL. */
export function deliveries(underTest: () => Datastore): void {
  const MINUTE_MS = 60_000;
  /** Each test has a host of its own: what the others left is nobody's. */
  const makeHost = () => `${newId()}:8080`;
  const make = (host: string, more: Partial<WebhookDelivery> = {}): WebhookDelivery => ({
    id: newId(),
    jobId: 'a job',
    event: 'job.StateChange',
    url: `http://${host}/hook`,
    headers: { 'X-Token': 'secret' },
    body: '{"id":"a job"}',
    ...more,
  });
  const write = (...made: WebhookDelivery[]) => underTest().transaction((tx) => tx.write({ deliveries: made }));
  const claim = async (host: string, options: Partial<ClaimOptions> = {}): Promise<ClaimedDelivery[]> => {
    const claimed = await underTest().claimDeliveries({
      limit: 10_000,
      perHost: 100,
      busy: {},
      leaseMs: MINUTE_MS,
      ...options,
    });
    await Promise.all(
      claimed.filter(({ url }) => !url.includes(host)).map((other) => underTest().releaseDelivery(other)),
    );
    return claimed.filter(({ url }) => url.includes(host));
  };
  const ids = (claimed: readonly WebhookDelivery[]) => claimed.map(({ id }) => id);
  /** Makes all calls of a host, and answers with their order. */
  const drain = async (host: string): Promise<string[]> => {
    const made: string[] = [];
    let [next]: (ClaimedDelivery | undefined)[] = await claim(host);
    while (next) {
      made.push(next.id);
      next = await underTest().finishDelivery(next, MINUTE_MS);
    }
    return made;
  };

  it('gives out what was written, with all its fields', async () => {
    const host = makeHost();
    const delivery = make(host, { jobId: newId(), event: 'task.Progress', headers: {}, body: '{"ü":"\\u2028"}' });
    await write(delivery);

    expect(await claim(host)).toEqual([
      {
        ...delivery,
        host,
        attempts: 0,
        claim: expect.any(String),
        laneId: expect.any(String),
        ordinal: expect.stringMatching(/^\d+$/),
      },
    ]);
  });

  it('forgets the deliveries of a transaction that failed', async () => {
    const host = makeHost();
    const run = underTest().transaction(async (tx) => {
      await tx.write({ deliveries: [make(host)] });
      throw new Error('no');
    });

    await expect(run).rejects.toThrow('no');
    expect(await claim(host)).toEqual([]);
  });

  it('gives out the calls of a job to a URL one after the other, in the order in which they were written', async () => {
    const host = makeHost();
    const made = Array.from({ length: 20 }, () => make(host));
    await write(...made.slice(0, 10));
    await write(...made.slice(10));

    expect(await drain(host)).toEqual(ids(made));
  });

  it('gives out those of other jobs and other URLs beside them', async () => {
    const host = makeHost();
    const first = [make(host), make(host, { jobId: 'another' }), make(host, { url: `http://${host}/other` })];
    await write(...first, make(host), make(host, { jobId: 'another' }));

    expect(ids(await claim(host))).toEqual(ids(first));
  });

  it('gives none to two senders', async () => {
    const host = makeHost();
    const made = Array.from({ length: 60 }, () => make(host, { jobId: newId() }));
    await write(...made);

    const claimed = await Promise.all(Array.from({ length: 6 }, () => claim(host, { limit: 15 })));

    const given = ids(claimed.flat());
    expect([...new Set(given)]).toHaveLength(given.length);
  });

  it('takes one back from a sender that did not end in time, and listens to it no more', async () => {
    const host = makeHost();
    const [first, second] = [make(host), make(host)];
    await write(first, second);
    const [lost] = await claim(host, { leaseMs: 0 });
    const [held] = await claim(host);

    await underTest().postponeDelivery(lost!, 0);
    await underTest().releaseDelivery(lost!);

    expect(held).toEqual({ ...lost, claim: expect.any(String) });
    expect(held?.claim).not.toBe(lost?.claim);
    expect(await claim(host)).toEqual([]);
    // It was made all the same, and must not be made again if that can be helped.
    expect(await underTest().finishDelivery(lost!, MINUTE_MS)).toBeUndefined();
    expect(ids([(await underTest().finishDelivery(held!, MINUTE_MS))!])).toEqual([second.id]);
  });

  it('gives a failed one back when its time has come, and nothing of its lane before', async () => {
    const [now, later] = [makeHost(), makeHost()];
    await write(make(now), make(later));
    const [[failedNow], [failedLater]] = [await claim(now), await claim(later)];

    await underTest().postponeDelivery(failedNow!, 0);
    await underTest().postponeDelivery(failedLater!, MINUTE_MS);
    await write(make(later));

    expect(await claim(now)).toEqual([{ ...failedNow, attempts: 1, claim: expect.any(String) }]);
    expect(await claim(later)).toEqual([]);
  });

  it('gives all back that were claimed, to a process that is alone, and leaves pauses as they are', async () => {
    const [claimed, failed] = [makeHost(), makeHost()];
    await write(make(claimed), make(failed));
    const [first] = await claim(claimed);
    const [paused] = await claim(failed);
    await underTest().postponeDelivery(paused!, MINUTE_MS);

    await underTest().releaseDeliveries();

    expect(ids(await claim(claimed))).toEqual([first!.id]);
    expect(await claim(failed)).toEqual([]);
  });

  it('gives a lane back in between, and lets others have it', async () => {
    const host = makeHost();
    const [first, second] = [make(host), make(host)];
    await write(first, second);
    const [claimed] = await claim(host);

    expect(await underTest().finishDelivery(claimed!, 0)).toBeUndefined();

    expect(ids(await claim(host))).toEqual([second.id]);
  });

  it('gives a released one back at once', async () => {
    const host = makeHost();
    await write(make(host));
    const [released] = await claim(host);

    await underTest().releaseDelivery(released!);

    expect(await claim(host)).toEqual([{ ...released, claim: expect.any(String) }]);
  });

  it('loses none that is written while the last of its lane is finished', async () => {
    const host = makeHost();
    const made: WebhookDelivery[] = [];
    const done: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      const delivery = make(host);
      made.push(delivery);
      const [last] = round === 0 ? [] : await claim(host);
      await Promise.all([write(delivery), last && underTest().finishDelivery(last, 0)]);
      if (last) done.push(last.id);
    }
    done.push(...(await drain(host)));

    expect(done).toEqual(ids(made));
  });

  it('does not give the next of a lane that another sender has claimed meanwhile', async () => {
    const host = makeHost();
    await write(make(host));
    const [last] = await claim(host);
    await underTest().finishDelivery(last!, MINUTE_MS);

    await write(make(host));
    const [next] = await claim(host);

    expect(await underTest().finishDelivery(last!, MINUTE_MS)).toBeUndefined();
    expect(await underTest().finishDelivery(next!, MINUTE_MS)).toBeUndefined();
  });

  it('keeps places free for other hosts', async () => {
    const [slow, quick] = [makeHost(), makeHost()];
    await write(...Array.from({ length: 10 }, () => make(slow, { jobId: newId() })));
    await write(make(quick));

    const both = await underTest().claimDeliveries({ limit: 10_000, perHost: 3, busy: { [slow]: 1 }, leaseMs: 0 });

    const of = (host: string) => both.filter(({ url }) => url.includes(host));
    expect([of(slow).length, of(quick).length]).toEqual([2, 1]);
    expect(await claim(slow, { busy: { [slow]: 100 } })).toEqual([]);
  });

  it('forgets those of a job that is deleted', async () => {
    const host = makeHost();
    const job = makeJob({ state: 'FAILED', createdAt: new Date('1998-01-01') });
    await storeJobs(underTest(), [job]);
    await write(make(host, { jobId: job.id }), make(host));
    const before = new Date('1999-01-01');

    await underTest().purge({ now: before, logsBefore: before, jobsBefore: before, nodesBefore: before, limit: 1000 });

    expect((await claim(host)).map(({ jobId }) => jobId)).toEqual(['a job']);
  });
}
