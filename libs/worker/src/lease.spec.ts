import { Lease } from './lease';

/** A lease of 100 ms under a clock that the test turns. */
function start() {
  const clock = { now: 1_000 };
  const lapses: number[] = [];
  const lease = new Lease({ durationMs: 100, now: () => clock.now, onLapse: () => lapses.push(clock.now) });
  return { clock, lapses, lease };
}
const never = new AbortController().signal;

describe('Lease', () => {
  it('is not valid before the first heartbeat', () => {
    const { lease, lapses } = start();

    expect(lease.check()).toBe(false);
    expect(lapses).toEqual([]);
  });

  it('is worth its time from when the heartbeat was sent, not from when it was confirmed', () => {
    const { clock, lease } = start();
    clock.now += 60;
    lease.renew(1_000);

    clock.now = 1_099;
    expect(lease.check()).toBe(true);
    clock.now = 1_100;
    expect(lease.check()).toBe(false);
    lease.close();
  });

  it('says once that it ended', () => {
    const { clock, lapses, lease } = start();
    lease.renew(1_000);
    clock.now = 5_000;
    lease.check();
    lease.check();

    expect(lapses).toEqual([5_000]);
    lease.close();
  });

  it('notices an end that the confirmation of a newer heartbeat would hide', () => {
    const { clock, lapses, lease } = start();
    lease.renew(1_000);
    clock.now = 5_000; // frozen in between

    lease.renew(5_000);

    expect(lapses).toEqual([5_000]);
    expect(lease.check()).toBe(true);
    lease.close();
  });

  it('is not shortened by a confirmation that comes late', () => {
    const { clock, lease } = start();
    lease.renew(1_050);
    lease.renew(1_000);
    clock.now = 1_149;

    expect(lease.check()).toBe(true);
    lease.close();
  });

  it('is not taken up again by a heartbeat from before its end', () => {
    const { clock, lease } = start();
    lease.renew(1_000);
    clock.now = 1_100;
    lease.check();

    lease.renew(1_050);
    expect(lease.check()).toBe(false);
    lease.renew(1_100);
    expect(lease.check()).toBe(true);
    lease.close();
  });

  it('gains nothing from a heartbeat that took longer than it lasts', () => {
    const { clock, lease } = start();
    clock.now = 2_000;
    lease.renew(1_500);

    expect(lease.check()).toBe(false);
  });

  it('ends by itself when nobody asks', async () => {
    const ended = new Promise<void>((resolve) => {
      new Lease({ durationMs: 10, onLapse: resolve }).renew(performance.now());
    });

    // The timer of the lease keeps no process alive, so the test has to.
    const keepAlive = setInterval(() => undefined, 1_000);
    await ended;
    clearInterval(keepAlive);
  });

  it('lets those go on who wait for it', async () => {
    const { lease, clock } = start();
    const waits = [lease.whenValid(never), lease.whenValid(never)];
    lease.renew(clock.now);

    await Promise.all(waits);
    await lease.whenValid(never);
    lease.close();
  });

  it('lets those go who are told to stop', async () => {
    const { lease } = start();
    const stop = new AbortController();
    const wait = lease.whenValid(stop.signal);
    stop.abort(new Error('stopping'));

    await expect(wait).rejects.toThrow('stopping');
    await expect(lease.whenValid(stop.signal)).rejects.toThrow('stopping');
  });
});
