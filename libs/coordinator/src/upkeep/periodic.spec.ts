import { silentLogger } from '@tork/observability';
import { Periodic } from './periodic';

const log = silentLogger();

/** Work whose rounds the test sees begin, and lets end. */
class Rounds {
  begun = 0;
  atOnce = 0;
  private readonly waiting = new Map<number, () => void>();

  run = async (): Promise<void> => {
    expect(++this.atOnce).toBe(1);
    this.waiting.get(++this.begun)?.();
    this.atOnce--;
    if (this.begun % 2 === 0) throw new Error('a round that fails');
  };

  reached(count: number): Promise<void> {
    return this.begun >= count ? Promise.resolve() : new Promise((resolve) => this.waiting.set(count, resolve));
  }
}

it('comes round again, also after a round that failed', async () => {
  const rounds = new Rounds();
  const periodic = new Periodic('work', rounds.run, { intervalMs: 1, firstAfterMs: 0, log });

  periodic.start();
  await rounds.reached(5);
  await periodic.stop();

  const { begun } = rounds;
  await new Promise((resolve) => setImmediate(resolve));
  expect(rounds.begun).toBe(begun);
});

it('waits for a round under way before it has stopped, and tells it', async () => {
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  let told: AbortSignal | undefined;
  const work = async (signal: AbortSignal) => {
    told = signal;
    begin();
    await ended;
  };
  const periodic = new Periodic('work', work, { intervalMs: 1, log });
  periodic.start();
  await begun;

  let stopped = false;
  const stopping = periodic.stop().then(() => (stopped = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect([stopped, told?.aborted]).toEqual([false, true]);
  end();
  await stopping;
});

it('does not take a very long interval for none', async () => {
  const rounds = new Rounds();
  const periodic = new Periodic('work', rounds.run, { intervalMs: 1_000 * 3_600_000, log });

  periodic.start();
  await new Promise((resolve) => setTimeout(resolve, 5)); // as long as a timer takes that fires at once
  await periodic.stop();

  expect(rounds.begun).toBe(0);
});
