import { outcomeOf } from './outcome';

const now = new Date('2026-01-01T00:00:00Z');
const after = (status?: number, attempt = 1, retryAfter?: string) =>
  outcomeOf(status === undefined ? undefined : { status, retryAfter }, attempt, now);

it.each([200, 201, 204, 299])('%d is the end', (status) => {
  expect(after(status)).toEqual({ type: 'delivered' });
});

it.each([400, 401, 404, 408, 410, 501, 505, 301, 304, 100, 0])('%d is not tried again', (status) => {
  expect(after(status)).toEqual({ type: 'given up' });
});

it.each([429, 500, 502, 503, 504, undefined])('%s is tried five times, with growing pauses', (status) => {
  expect([1, 2, 3, 4, 5].map((attempt) => after(status, attempt))).toEqual([
    { type: 'retry', afterMs: 2_000 },
    { type: 'retry', afterMs: 4_000 },
    { type: 'retry', afterMs: 6_000 },
    { type: 'retry', afterMs: 8_000 },
    { type: 'given up' },
  ]);
});

it.each([
  ['30', 30_000],
  ['1', 2_000],
  ['Thu, 01 Jan 2026 00:00:20 GMT', 20_000],
  ['Thu, 01 Jan 2025 00:00:20 GMT', 2_000],
  ['86400', 60_000],
  ['999999999999999999999999999', 60_000],
  ['-5', 2_000],
  ['soon', 2_000],
  ['', 2_000],
])('a receiver that asks for %j is called again after %d ms', (retryAfter, afterMs) => {
  expect(after(503, 1, retryAfter)).toEqual({ type: 'retry', afterMs });
});
