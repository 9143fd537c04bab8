import { Backoff, pause } from './backoff';

const pausesOf = (backoff: Backoff, count: number) => Array.from({ length: count }, () => backoff.next());

describe('Backoff', () => {
  it('stays between its floor and a ceiling that doubles up to the cap', () => {
    for (let run = 0; run < 50; run++) {
      pausesOf(new Backoff({ floorMs: 50, baseMs: 100, capMs: 400 }), 6).forEach((pauseMs, index) => {
        expect(pauseMs).toBeGreaterThanOrEqual(50);
        expect(pauseMs).toBeLessThanOrEqual([100, 200, 400, 400, 400, 400][index] ?? 0);
      });
    }
  });

  it('begins anew after a success', () => {
    const backoff = new Backoff({ floorMs: 0, baseMs: 1, capMs: 1_000_000 });
    pausesOf(backoff, 40);

    backoff.reset();

    expect(backoff.next()).toBeLessThanOrEqual(1);
  });
});

it('a pause ends early when it is aborted', async () => {
  const controller = new AbortController();
  const paused = pause(60_000, controller.signal);

  controller.abort();

  await paused;
  await pause(60_000, controller.signal);
});
