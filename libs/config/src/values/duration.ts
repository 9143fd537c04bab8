import { z } from 'zod';

const EXPECTED = 'expected a duration such as 30s or 1h30m';
const MS: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/gy;

function parseDuration(input: string): number | undefined {
  if (input === '0') return 0;
  if (input.startsWith('-')) return -(parseDuration(input.slice(1)) ?? NaN);
  let ms = 0;
  PART.lastIndex = 0;
  for (let end = 0; end < input.length; end = PART.lastIndex) {
    const part = PART.exec(input);
    if (!part) return undefined;
    ms += Number(part[1]) * (MS[part[2] ?? ''] ?? NaN);
  }
  return input === '' ? undefined : ms;
}

/**
 * Milliseconds, written with units (`30s`, `1h30m`). A bare number counts nanoseconds, as in files of the original; one
 * that makes less than a millisecond is refused, because whoever writes `timeout = 30` does not mean 30 ns.
 */
export const duration = z
  .union([z.string(), z.number()], { error: EXPECTED })
  .transform((input, context) => {
    const bare = typeof input === 'number' || /^[+-]?\d+$/.test(input.trim());
    const ms = bare ? Number(input) / 1e6 : parseDuration(String(input).trim());
    if (ms === undefined || !Number.isFinite(ms)) context.addIssue(EXPECTED);
    else if (ms < 0) context.addIssue('expected a duration of zero or more');
    else if (bare && ms > 0 && ms < 1) context.addIssue(`${EXPECTED} (a number without a unit counts nanoseconds)`);
    else return ms;
    return z.NEVER;
  })
  .meta({ value: 'duration' });
