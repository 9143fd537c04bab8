import fc from 'fast-check';
import { MAX_RETRY_DELAY_MS, mayRetry, nextTry, retryDelayMs } from './retry';
import type { Task } from './task';

describe('retryDelayMs', () => {
  it('is nothing without an initial delay', () => {
    expect(retryDelayMs({ limit: 3 }, 1)).toBe(0);
  });

  it('doubles from try to try unless a factor is given', () => {
    expect([1, 2, 3].map((attempt) => retryDelayMs({ initialDelay: '1s' }, attempt))).toEqual([1_000, 2_000, 4_000]);
    expect([1, 2, 3].map((attempt) => retryDelayMs({ initialDelay: '1s', scalingFactor: 3 }, attempt))).toEqual([
      1_000, 3_000, 9_000,
    ]);
    expect([1, 2].map((attempt) => retryDelayMs({ initialDelay: '1s', scalingFactor: 1 }, attempt))).toEqual([
      1_000, 1_000,
    ]);
  });

  it('is never negative and never more than a day', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('-1s', '0', '1ms', '5h'),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 10 }),
        (initialDelay, scalingFactor, attempt) => {
          const delay = retryDelayMs({ initialDelay, scalingFactor }, attempt);
          expect(delay >= 0 && delay <= MAX_RETRY_DELAY_MS).toBe(true);
        },
      ),
    );
  });
});

describe('nextTry', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  const failed: Task = {
    id: 'one',
    jobId: 'job',
    position: 2,
    state: 'FAILED',
    attempt: 3,
    createdAt: new Date(0),
    scheduledAt: now,
    startedAt: now,
    failedAt: now,
    nodeId: 'node',
    error: 'exit code 1',
    progress: 40,
    redelivered: 2,
    name: 'flaky',
    env: { A: 'data with {{ braces }}' },
    retry: { limit: 2 },
  };

  it('keeps what was evaluated, and of the run that failed no more than its start', () => {
    expect(nextTry(failed, 'two', now)).toEqual({
      id: 'two',
      jobId: 'job',
      position: 2,
      state: 'PENDING',
      attempt: 0,
      createdAt: now,
      startedAt: now,
      name: 'flaky',
      env: { A: 'data with {{ braces }}' },
      retry: { limit: 2, attempts: 1 },
    });
  });

  it('says when it is due', () => {
    const { dueAt } = nextTry({ ...failed, retry: { limit: 2, initialDelay: '90s' } }, 'two', now);

    expect(dueAt).toEqual(new Date('2026-01-01T00:01:30Z'));
  });

  it('comes as often as the limit allows', () => {
    const second = nextTry(failed, 'two', now);
    const third = nextTry(second, 'three', now);

    expect([failed, second, third].map(mayRetry)).toEqual([true, true, false]);
    expect(mayRetry({})).toBe(false);
  });
});
